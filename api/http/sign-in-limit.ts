import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../core/errors';
import { hashToken } from '../../infra/tokens';
import type { Exchange } from './exchange';

const WINDOW_SECONDS = 15 * 60;
/** A person who has forgotten which of their passwords it was needs fewer. */
const PER_EMAIL = 10;
/** An office behind one address. */
const PER_ADDRESS = 30;

/** Counts failed sign-ins, in this process. */
export interface SignInLimit {
  /**
   * Whether a try succeeds. It is counted before it is made, so that tries at once are counted too, and taken back where
   * it succeeds, or could not be made. Throws `AppError` (429) where there were too many.
   */
  succeeds(exchange: Exchange, account: string, attempt: () => Promise<boolean>): Promise<boolean>;
}

/** No more than 10 failures in 15 minutes for one e-mail address, whether known or not, and 30 from one place. */
export function createSignInLimit(): SignInLimit {
  const byEmail = limiter('email', PER_EMAIL);
  const byAddress = limiter('address', PER_ADDRESS);
  return {
    async succeeds(exchange, account, attempt) {
      // What somebody typed may be a password, and of any length.
      const key = hashToken(account);
      await consume(byAddress, exchange.address, exchange);
      await consume(byEmail, key, exchange);
      try {
        const hasSucceeded = await attempt();
        if (hasSucceeded)
          await Promise.all([byAddress.reward(exchange.address), byEmail.delete(key)]);
        return hasSucceeded;
      } catch (error) {
        await Promise.all([byAddress.reward(exchange.address), byEmail.reward(key)]);
        throw error;
      }
    },
  };
}

function limiter(keyPrefix: string, points: number): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix, points, duration: WINDOW_SECONDS });
}

async function consume(limit: RateLimiterMemory, key: string, exchange: Exchange): Promise<void> {
  try {
    await limit.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    exchange.setHeader('Retry-After', String(seconds));
    const minutes = Math.ceil(seconds / 60);
    throw new AppError(
      'rate-limited',
      `Too many tries to sign in: wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`}, then try again.`,
    );
  }
}
