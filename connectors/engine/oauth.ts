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
      typeof expires_in === 'number' && Number.isFinite(expires_in)
        ? new Date(now.getTime() + expires_in * 1_000)
        : null,
  };
}
