import path from 'node:path';
import compression from 'compression';
import express, { type RequestHandler, type Response, Router } from 'express';
import helmet from 'helmet';
import { contentPolicy } from './content-policy';

/** Files whose names hold their content's hash never change. */
const FOREVER = 'public, max-age=31536000, immutable';
/** Anything else is asked for again each time, and answered with 304 where it has not changed. */
const ASK_AGAIN = 'no-cache';

/** Sites of our users' products load this one file: a quarter of an hour is how long they may go without a newer one. */
const SDK = 'sdk.js';
const FIFTEEN_MINUTES = 'public, max-age=900';

/** Whether a page may stand in a frame is said by its CSP; the older header knows only yes and no. */
function framedBy(frameAncestors: string[]): RequestHandler[] {
  return [
    helmet({ contentSecurityPolicy: contentPolicy(frameAncestors) }),
    (_request, response, next) => {
      response.removeHeader('X-Frame-Options');
      next();
    },
  ];
}

/**
 * The built pages of `web/`: the dashboard, and the page an end customer connects with. That one may stand in a frame
 * on the sites of our users' products, wherever those are: what it shows is for whoever holds the link, and it needs
 * no cookie of the dashboard. Every path that a browser navigates to and nothing else has taken is the dashboard's,
 * which shows its own "not found".
 */
export function pages(root: string): Router {
  const router = Router();
  router.use(compression());
  router.use(
    '/assets',
    express.static(path.join(root, 'assets'), {
      index: false,
      etag: false,
      lastModified: false,
      fallthrough: true,
      setHeaders: (response: Response) => response.setHeader('Cache-Control', FOREVER),
    }),
  );
  router.use(
    express.static(root, {
      index: false,
      extensions: [],
      setHeaders(response: Response, file: string) {
        const isSdk = path.basename(file) === SDK;
        response.setHeader('Cache-Control', isSdk ? FIFTEEN_MINUTES : ASK_AGAIN);
        if (isSdk) response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
      },
    }),
  );
  router.get('/connect/*path', framedBy(['*']), keepOpener, page(path.join(root, 'connect.html')));
  router.get(/.*/, framedBy(["'none'"]), page(path.join(root, 'index.html')));
  return router;
}

/**
 * Within a frame the connect page asks for consent in a window of its own, which tells it how that ended: so the two must
 * not be cut apart, on the page nor on the way back to it.
 */
export const KEEP_OPENER = ['Cross-Origin-Opener-Policy', 'unsafe-none'] as const;

const keepOpener: RequestHandler = (_request, response, next) => {
  response.setHeader(...KEEP_OPENER);
  next();
};

function page(file: string): RequestHandler {
  return (request, response, next) => {
    if (request.path.includes('.') || !wantsPage(request.get('accept'))) {
      next();
      return;
    }
    response.setHeader('Cache-Control', ASK_AGAIN);
    response.sendFile(file, (error) => {
      if (error) next(error);
    });
  };
}

/** Programs that take anything get JSON: a page is for those who ask for one. */
function wantsPage(accept: string | undefined): boolean {
  return accept?.includes('text/html') ?? false;
}
