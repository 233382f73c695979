import type { RequestHandler, Response } from 'express';
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../core/errors';
import { callerOf } from './authenticate';

/** How long it takes until what was drawn from the burst is there again. */
const BURST_REFILL_SECONDS = 60;

/**
 * Limits each key to `perSecond` requests a second, and beyond that to `burst` at once, counted in this process.
 * Answers carry `RateLimit-Limit`, `-Remaining` and `-Reset` of the current second.
 */
export function limitRate(limits: { perSecond: number; burst: number }): RequestHandler {
  const steady = new RateLimiterMemory({ points: limits.perSecond, duration: 1 });
  const extra = Math.max(limits.burst - limits.perSecond, 0);
  const limiter = new BurstyRateLimiter(
    steady,
    new RateLimiterMemory({ keyPrefix: 'burst', points: extra, duration: BURST_REFILL_SECONDS }),
  );
  return async (request, response, next) => {
    try {
      const state = await limiter.consume(String(callerOf(request).keyId));
      setHeaders(response, limits.perSecond, state);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      setHeaders(response, limits.perSecond, refusal);
      response.setHeader('Retry-After', secondsUntil(refusal));
      throw new AppError(
        'rate-limited',
        `Too many requests: a key may send ${limits.perSecond} a second, and ${limits.burst} at once now and then.`,
      );
    }
    next();
  };
}

function setHeaders(response: Response, limit: number, state: RateLimiterRes): void {
  response.setHeader('RateLimit-Limit', limit);
  response.setHeader('RateLimit-Remaining', Math.max(state.remainingPoints, 0));
  response.setHeader('RateLimit-Reset', secondsUntil(state));
}

function secondsUntil(state: RateLimiterRes): number {
  return Math.max(1, Math.ceil(state.msBeforeNext / 1000));
}
