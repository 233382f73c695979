import { PlainError } from './plain-error.mjs';

const MINIMUM = [20, 19];

/** Refuses a Node that is too old, before anything newer than its syntax is loaded. */
export function checkNodeVersion(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
  if (isEnough) return;
  throw new PlainError(
    `Syncline needs Node.js ${MINIMUM.join('.')} or newer, and this is ${version}: please install a newer one (https://nodejs.org) and try again.`,
  );
}
