import type { Request, RequestHandler, Response } from 'express';
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../core/errors';
import { callerOf } from './authenticate';

/** How long it takes until what was drawn from the burst is there again. */
const BURST_REFILL_SECONDS = 60;

/** What everybody together may send from one address to the routes that need no sign-in. */
const PUBLIC = { perSecond: 20, burst: 200 };

/** Limits each address, as `limitRate` does each key: for routes that need no sign-in. */
export function limitVisitors(): RequestHandler {
  return limit(PUBLIC, 'an address', (request) => request.ip ?? '');
}

/**
 * Limits each key and each session to `perSecond` requests a second, and beyond that to `burst` at once, counted in this process.
 * Answers carry `RateLimit-Limit`, `-Remaining` and `-Reset` of the current second.
 */
export function limitRate(limits: Limits): RequestHandler {
  return limit(limits, 'a key or session', (request) => {
    const caller = callerOf(request);
    return caller.by === 'key' ? `key ${caller.keyId}` : `session ${caller.sessionId}`;
  });
}

interface Limits {
  readonly perSecond: number;
  readonly burst: number;
}

function limit(limits: Limits, who: string, keyOf: (request: Request) => string): RequestHandler {
  const steady = new RateLimiterMemory({ points: limits.perSecond, duration: 1 });
  const extra = Math.max(limits.burst - limits.perSecond, 0);
  const limiter = new BurstyRateLimiter(
    steady,
    new RateLimiterMemory({ keyPrefix: 'burst', points: extra, duration: BURST_REFILL_SECONDS }),
  );
  return async (request, response, next) => {
    try {
      const state = await limiter.consume(keyOf(request));
      setHeaders(response, limits.perSecond, state);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      setHeaders(response, limits.perSecond, refusal);
      response.setHeader('Retry-After', secondsUntil(refusal));
      throw new AppError(
        'rate-limited',
        `Too many requests: ${who} may send ${limits.perSecond} a second, and ${limits.burst} at once now and then.`,
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
