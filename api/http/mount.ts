import { type Request, type RequestHandler, type Response, Router } from 'express';
import { AppError } from '../../core/errors';
import type { ApiDeps } from '../deps';
import { callerOf } from './authenticate';
import { noteBegun, unlessDatabaseIsDown } from './outage';
import { requestIdOf } from './request-id';
import type { RawRequest, Route } from './route';
import { withTimeLimit } from './time-limit';

const DEFAULT_LIMIT_MS = 10_000;

/** Serves routes. Express matches paths whatever their case. */
export function mount(routes: readonly Route[], deps: ApiDeps): Router {
  const router = Router();
  for (const route of routes) {
    router[route.method](expressPath(route.path), async (request: Request, response: Response) => {
      const startedAt = performance.now();
      const limitMs = route.timeLimitMs ?? DEFAULT_LIMIT_MS;
      noteBegun(request);
      const answer = await withTimeLimit(
        limitMs,
        `The request could not be answered within ${limitMs / 1000} s.`,
        () => unlessDatabaseIsDown(request, deps.db, () => route.answer(rawRequest(request), deps)),
      );
      if (deps.checkResponses) checkResponse(route, answer);
      response.json(answer);
      log(deps, route, request, startedAt);
    });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    router.all(expressPath(path), refuseMethod(routes.filter((route) => route.path === path)));
  }
  return router;
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** Comes after all routes, so that it meets only methods that none of this path has. */
function refuseMethod(known: readonly Route[]): RequestHandler {
  const methods = known.map((route) => route.method.toUpperCase());
  const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].sort().join(', ');
  return (_request, response) => {
    response.setHeader('Allow', allowed);
    throw new AppError('method-not-allowed', `This path takes ${allowed} only.`);
  };
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
