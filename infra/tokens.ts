import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How the secrets look that a browser holds for a while, as of a session, and what is kept of them. */

const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A new token: 32 random bytes. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** Whether a text looks like a token of ours. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** What is stored in place of a token: SHA-256, hex. Enough, as tokens are too long to be guessed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whether two tokens are the same, in a time that does not tell how far they agree. */
export function isSameToken(given: string, known: string): boolean {
  return timingSafeEqual(Buffer.from(hashToken(given)), Buffer.from(hashToken(known)));
}
