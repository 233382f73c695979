import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../core/errors';
import type { Route } from '../http/route';
import { errorAnswer } from '../schemas/common';

/** Codes that any route can answer with. */
const EVERYWHERE: readonly ErrorCode[] = [
  'invalid-params',
  'rate-limited',
  'unknown-error',
  'unavailable',
];

/** Codes that any route can answer with that is not open to everybody. */
const SIGNED_IN: readonly ErrorCode[] = ['unauthorized', 'operation-denied'];

/** Codes that any route with a body can answer with. */
const WITH_BODY: readonly ErrorCode[] = ['missing-params', 'payload-too-large'];

/** What the HTTP server refuses before any route has seen it (`http/client-error.ts`). */
const OF_HTTP: readonly [status: number, description: string][] = [
  [408, '`invalid-params`: the request was not sent to its end in time.'],
  [431, '`invalid-params`: the path or the headers are too long.'],
];

const VERSION = '3.0.0';

/** The OpenAPI 3.1 document of the routes. */
export function openApiDocument(routes: readonly Route[]) {
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Syncline API',
      version: VERSION,
      description:
        "Your customers' business data, kept in sync. Instants are ISO 8601 in UTC. Errors are `{error: {message, code, field}}`; each code is explained in `docs/errors.md`.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/v3' }],
    security: [{ api_key: [] }, { session: [] }],
    paths: pathsOf(routes),
    components: {
      securitySchemes: {
        api_key: {
          type: 'apiKey',
          in: 'header',
          name: 'api_key',
          description: 'Acts as `member`.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'syncline_session',
          description:
            'Set by signing in. Every method but GET also needs the header `x-csrf-token`, as the session tells it.',
        },
      },
    },
  } satisfies ZodOpenApiObject;
  return createDocument(document, { override: ({ jsonSchema }) => simplify(jsonSchema) });
}

/** Formats say what zod's own patterns spell out over hundreds of characters, and types what texts are turned into. */
function simplify(schema: {
  type?: unknown;
  format?: unknown;
  pattern?: unknown;
  anyOf?: unknown;
}) {
  const isTime = schema.format === 'date' || schema.format === 'date-time';
  if (isTime || schema.type === 'integer') delete schema.pattern;
  if (isTime) delete schema.anyOf;
}

function pathsOf(routes: readonly Route[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = (paths[route.path] ??= {});
    path[route.method] = operationOf(route);
  }
  return paths;
}

const idempotencyHeader = z.object({
  'Idempotency-Key': z.string().min(1).max(255).optional().meta({
    description:
      'Within 24 hours the same key with the same body answers the same sync; with another body 409.',
  }),
});

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { params, query, body, response } = route.schemas;
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    description: describe(route),
    ...(route.isPublic ? { security: [] } : {}),
    requestParams: {
      path: params,
      query,
      ...(route.isIdempotent ? { header: idempotencyHeader } : {}),
    },
    ...(body === null
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      ...(route.redirects
        ? { '303': { description: 'Redirects.', headers: z.object({ Location: z.string() }) } }
        : {
            '200': {
              description: 'Success',
              content: { [route.mediaType ?? 'application/json']: { schema: response } },
            },
          }),
      ...errorsOf(route),
    },
  };
}

function describe(route: Route): string {
  const who = route.isPublic ? 'Needs no sign-in.' : `Needs the role \`${route.needs}\`.`;
  return [route.description, who].filter(Boolean).join(' ');
}

function errorsOf(route: Route) {
  const codes = [
    ...new Set([
      ...EVERYWHERE,
      ...(route.isPublic ? [] : SIGNED_IN),
      ...(route.schemas.body === null ? [] : WITH_BODY),
      ...route.errors,
    ]),
  ];
  const statuses = [...new Set(codes.map((code) => ERROR_CODES[code]))].sort((a, b) => a - b);
  const answers = statuses.map((status): [number, string] => {
    const named = codes.filter((code) => ERROR_CODES[code] === status);
    return [status, named.map((code) => `\`${code}\``).join(', ')];
  });
  return Object.fromEntries(
    [...answers, ...OF_HTTP].map(([status, description]) => [
      String(status),
      { description, content: { 'application/json': { schema: errorAnswer } } },
    ]),
  );
}
