import { PlainError } from './plain-error.mjs';

const MINIMUM = [20, 19];

/** Refuses a Node that is too old. */
export function checkNodeVersion(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return;
  throw new PlainError(
    `Syncline needs Node.js ${MINIMUM.join('.')} or newer, and this is ${version}: please install a newer one (https://nodejs.org) and try again.`,
  );
}
