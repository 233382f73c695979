import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';

const ids = new WeakMap<Request, string>();

/** Gives each request an id, answered as `X-Request-Id` and written beside its log lines. */
export const nameRequest: RequestHandler = (request, response, next) => {
  const id = randomUUID();
  ids.set(request, id);
  response.setHeader('X-Request-Id', id);
  next();
};

export function requestIdOf(request: Request): string {
  return ids.get(request) ?? '';
}
