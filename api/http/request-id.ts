import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';

const ids = new WeakMap<Request, string>();
const arrivals = new WeakMap<Request, number>();

/** Notes when each request came, and gives it an id, answered as `X-Request-Id` and written beside its log lines. */
export const nameRequest: RequestHandler = (request, response, next) => {
  const id = randomUUID();
  ids.set(request, id);
  arrivals.set(request, performance.now());
  response.setHeader('X-Request-Id', id);
  next();
};

export function requestIdOf(request: Request): string {
  return ids.get(request) ?? '';
}

/** When a request came, as an instant of `performance.now()`. */
export function arrivalOf(request: Request): number {
  return arrivals.get(request) ?? performance.now();
}
