import path from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import type { Route } from '../http/route';
import { ERROR_PAGE_STYLE, errorPage } from './error-pages';
import { openApiDocument } from './document';

/** `/openapi.json`, a reader for it at `/docs` that needs no network and no inline script, and `/docs/errors`. */
export function docs(routes: readonly Route[]): Router {
  const document = JSON.stringify(openApiDocument(routes));
  const files = path.dirname(require.resolve('swagger-ui-dist/package.json'));
  const errors = errorPage();
  const router = Router();
  if (errors !== null) {
    router
      .get('/docs/errors', send('text/html', errors))
      .get('/docs/errors.css', send('text/css', ERROR_PAGE_STYLE));
  }
  return router
    .get('/openapi.json', send('application/json', document))
    .get('/docs', send('text/html', PAGE))
    .get('/docs/start.js', send('text/javascript', START))
    .use('/docs', express.static(files, { index: false, redirect: false, fallthrough: true }));
}

function send(type: string, body: string): RequestHandler {
  return (_request, response) => {
    response.type(type).send(body);
  };
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Syncline API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="reader"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reader',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  // The validator badge is a picture from elsewhere.
  validatorUrl: null,
});
`;
