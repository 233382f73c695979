import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How sessions' tokens look and what is kept of them. */

const TOKEN_BYTES = 32;

/** A new token: 32 random bytes. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What is stored in place of a session's token: SHA-256, hex. Enough, as tokens are too long to be guessed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whether two tokens are the same, in a time that does not tell how far they agree. */
export function isSameToken(given: string, known: string): boolean {
  return timingSafeEqual(Buffer.from(hashToken(given)), Buffer.from(hashToken(known)));
}
