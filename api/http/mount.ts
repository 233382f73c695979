import { type Request, type Response, Router } from 'express';
import type { ApiDeps } from '../deps';
import { callerOf } from './authenticate';
import { requestIdOf } from './request-id';
import type { RawRequest, Route } from './route';
import { withTimeLimit } from './time-limit';

const DEFAULT_LIMIT_MS = 10_000;

/** Serves routes. Express matches paths whatever their case. */
export function mount(routes: readonly Route[], deps: ApiDeps): Router {
  const router = Router();
  for (const route of routes) {
    const path = route.path.replace(/\{(\w+)\}/g, ':$1');
    router[route.method](path, async (request: Request, response: Response) => {
      const startedAt = performance.now();
      const limitMs = route.timeLimitMs ?? DEFAULT_LIMIT_MS;
      const answer = await withTimeLimit(
        limitMs,
        `The request could not be answered within ${limitMs / 1000} s.`,
        () => route.answer(rawRequest(request), deps),
      );
      if (deps.checkResponses) checkResponse(route, answer);
      response.json(answer);
      log(deps, route, request, startedAt);
    });
  }
  return router;
}

function rawRequest(request: Request): RawRequest {
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    path: request.path.toLowerCase(),
    idempotencyKey: request.get('idempotency-key'),
    caller: callerOf(request),
  };
}

function checkResponse(route: Route, answer: unknown): void {
  const result = route.schemas.response.safeParse(answer);
  if (result.success) return;
  throw new Error(`${route.operationId} answers what its schema does not allow`, {
    cause: result.error,
  });
}

/** Changes are worth a line each; reads are many. */
function log(deps: ApiDeps, route: Route, request: Request, startedAt: number): void {
  const level = route.method === 'get' ? 'debug' : 'info';
  deps.logger[level](
    {
      requestId: requestIdOf(request),
      operation: route.operationId,
      ms: Math.round(performance.now() - startedAt),
    },
    'answered',
  );
}
