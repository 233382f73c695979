import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { ApiDeps } from './deps';
import { authenticate } from './http/authenticate';
import { readBody } from './http/body';
import { contentPolicy } from './http/content-policy';
import { answerErrors, answerNotFound } from './http/errors';
import { health } from './http/health';
import { mount, mountPublic } from './http/mount';
import { limitRate, limitVisitors } from './http/rate-limit';
import { pages } from './http/pages';
import { nameRequest } from './http/request-id';
import { docs } from './openapi/docs';
import { routes } from './routes';

/** The whole API over HTTP. Makes nothing by itself: what it works with comes in `deps`. */
export function createApp(deps: ApiDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  // Data changes under the same address, and hashing every answer for a 304 costs more than it saves.
  app.disable('etag');
  app.set('json escape', true);
  app.set('trust proxy', [...deps.config.trustedProxies]);
  app.use(nameRequest);
  app.use(helmet({ contentSecurityPolicy: contentPolicy(["'none'"]) }));
  app.use(health(deps));
  app.use(docs(routes));
  app.use(
    '/v3',
    forbidCaching,
    mountPublic(routes, deps, [limitVisitors(), ...readBody]),
    authenticate(deps),
    limitRate(deps.config.rateLimit),
    readBody,
    mount(routes, deps),
  );
  if (deps.webRoot !== undefined) app.use(pages(deps.webRoot));
  app.use(answerNotFound);
  app.use(answerErrors(deps));
  return app;
}

/** Answers hold customers' records. */
const forbidCaching: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
