import type { PlatformAnswer } from '../contract';
import { MalformedAnswerError } from './errors';
import { fieldsOf } from './paginators';

/** What a token endpoint answers (RFC 6749 §5.1). */
export interface Tokens {
  readonly accessToken: string;
  /** null: the platform keeps the old one valid. */
  readonly refreshToken: string | null;
  readonly expiresAt: Date | null;
}

/** Longer than any access lives; what a platform says beyond it is no time that a clock can hold. */
const MOST_SECONDS = 10 * 365 * 86_400;

/**
 * Reads the answer of a token endpoint. `expires_in` counts from now, by our clock: the platform's own may run ahead
 * or behind, and it is ours that says when to renew.
 */
export function readTokens(answer: PlatformAnswer, now = new Date()): Tokens {
  const { access_token, refresh_token, expires_in } = fieldsOf(answer.body);
  if (typeof access_token !== 'string' || access_token === '') {
    throw new MalformedAnswerError('The token endpoint answered without an access token');
  }
  return {
    accessToken: access_token,
    refreshToken: typeof refresh_token === 'string' ? refresh_token : null,
    expiresAt:
      typeof expires_in === 'number'
        ? new Date(now.getTime() + Math.min(Math.max(0, expires_in), MOST_SECONDS) * 1_000)
        : null,
  };
}
