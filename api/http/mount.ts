import { type Request, type RequestHandler, type Response, Router } from 'express';
import { AppError } from '../../core/errors';
import { type Role, suffices } from '../../core/roles';
import type { ApiDeps } from '../deps';
import { callerOf } from './authenticate';
import { EventFeed, sendEvents } from './event-stream';
import { type Exchange, exchangeOf, isSecure } from './exchange';
import { noteBegun, unlessDatabaseIsDown } from './outage';
import { requestIdOf } from './request-id';
import { type Caller, type RawRequest, type Route, redirection } from './route';
import { withTimeLimit } from './time-limit';
import { sendWritten, WrittenJson } from './written-json';

const DEFAULT_LIMIT_MS = 10_000;

/** Serves the routes that need a sign-in. Express matches paths whatever their case. */
export function mount(routes: readonly Route[], deps: ApiDeps): Router {
  const router = Router();
  for (const route of routes.filter((each) => !each.isPublic)) {
    router[route.method](expressPath(route.path), (request, response) => {
      const caller = callerOf(request);
      refuseLess(caller.role, route);
      return serve(route, request, response, { caller, deps });
    });
  }
  refuseMethods(router, routes, () => true);
  return router;
}

/** Serves the routes that are open to everybody, each request after `before`; it leaves all other paths alone. */
export function mountPublic(
  routes: readonly Route[],
  deps: ApiDeps,
  before: readonly RequestHandler[],
): Router {
  const router = Router();
  for (const route of routes.filter((each) => each.isPublic)) {
    router[route.method](expressPath(route.path), ...before, (request, response) =>
      serve(route, request, response, { caller: null, deps }),
    );
  }
  // Where some method of a path needs a sign-in, the methods it lacks are refused behind that.
  refuseMethods(router, routes, (known) => known.every((route) => route.isPublic));
  return router;
}

/** Who signed in with too little is told so before anything about the request is looked at. */
function refuseLess(role: Role, route: Route): void {
  if (suffices(role, route.needs)) return;
  throw new AppError('operation-denied', `This needs the role ${route.needs}; yours is ${role}.`);
}

async function serve(
  route: Route,
  request: Request,
  response: Response,
  { caller, deps }: { caller: Caller | null; deps: ApiDeps },
): Promise<void> {
  const startedAt = performance.now();
  const limitMs = route.timeLimitMs ?? DEFAULT_LIMIT_MS;
  noteBegun(request);
  const raw = rawRequest(request, exchangeOf(request, response, isSecure(deps.config)), caller);
  const answer = await withTimeLimit(
    limitMs,
    `The request could not be answered within ${limitMs / 1000} s.`,
    () => unlessDatabaseIsDown(request, deps.db, () => route.answer(raw, deps)),
  );
  if (deps.checkResponses) checkResponse(route, answer);
  if (answer instanceof EventFeed) sendEvents(request, response, answer);
  else if (answer instanceof WrittenJson) sendWritten(response, answer);
  else if (route.redirects) response.redirect(303, redirection.parse(answer).location);
  else response.json(answer);
  log(deps, route, request, startedAt);
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** Comes after all routes, so that it meets only methods that none of a path has. */
function refuseMethods(
  router: Router,
  routes: readonly Route[],
  applies: (known: readonly Route[]) => boolean,
): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const known = routes.filter((route) => route.path === path);
    if (applies(known)) router.all(expressPath(path), refuseMethod(known));
  }
}

function refuseMethod(known: readonly Route[]): RequestHandler {
  const methods = known.map((route) => route.method.toUpperCase());
  const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].sort().join(', ');
  return (_request, response) => {
    response.setHeader('Allow', allowed);
    throw new AppError('method-not-allowed', `This path takes ${allowed} only.`);
  };
}

function rawRequest(request: Request, exchange: Exchange, caller: Caller | null): RawRequest {
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    path: request.path.toLowerCase(),
    idempotencyKey: request.get('idempotency-key'),
    exchange,
    caller,
  };
}

function checkResponse(route: Route, answer: unknown): void {
  const answered: unknown =
    answer instanceof WrittenJson ? JSON.parse(answer.parts.join('')) : answer;
  const result = route.schemas.response.safeParse(answered);
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
