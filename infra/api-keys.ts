import { createHash, randomBytes } from 'node:crypto';

/** How API keys look and what is kept of them. */

const PREFIX = 'sl_';
const KEY_BYTES = 32;

/** A new key: 32 random bytes. */
export function newApiKey(): string {
  return `${PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`;
}

/** What is stored in place of a key: SHA-256, hex. Enough, as keys are too long to be guessed. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The part of a key that may be shown: a sixth of one that we made, less of one that a person chose. */
export function shownPrefix(key: string): string {
  return key.slice(0, key.startsWith(PREFIX) ? 8 : 3);
}
