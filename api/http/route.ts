import { z } from 'zod';
import { AppError, type ErrorCode } from '../../core/errors';
import type { Role } from '../../core/roles';
import type { ApiDeps } from '../deps';
import type { Exchange } from './exchange';
import { parseInput } from './validation';
import type { WrittenJson } from './written-json';

interface Someone {
  readonly organisationId: bigint;
  readonly role: Role;
}

/** Who sent a request: a program with a key, or a person whose browser is signed in. */
export type Caller =
  | (Someone & { readonly by: 'key'; readonly keyId: bigint })
  | (Someone & { readonly by: 'session'; readonly userId: bigint; readonly sessionId: bigint });

/** A request as it came, before its route has looked at it. */
export interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  readonly exchange: Exchange;
  /** Null on routes that need no sign-in. */
  readonly caller: Caller | null;
}

export interface PublicInput<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The path as it was asked for, in lower case. */
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  readonly exchange: Exchange;
  readonly deps: ApiDeps;
}

export interface RouteInput<P, Q, B> extends PublicInput<P, Q, B> {
  readonly caller: Caller;
}

const NOTHING = z.strictObject({});
type Nothing = typeof NOTHING;

interface Declared {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** Below `/v3`, in OpenAPI's form: `/core/companies/{company_id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Codes this route can answer with, beyond those that every route can (see `openapi/document.ts`). */
  readonly errors: readonly ErrorCode[];
  /** Whether the route reads the `Idempotency-Key` header. */
  readonly isIdempotent?: boolean;
  /** The least role that may call it; by default `read-only` for GET, and `member` for the others. */
  readonly needs?: Role;
  readonly timeLimitMs?: number;
  /** Of what it answers; `application/json` unless said otherwise. */
  readonly mediaType?: 'text/event-stream';
}

interface Definition<P, Q, B, R extends z.ZodType> extends Declared {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
  run(input: RouteInput<z.output<P>, z.output<Q>, z.output<B>>): Promise<z.input<R> | WrittenJson>;
}

interface PublicDefinition<P, Q, B, R extends z.ZodType>
  extends Omit<Definition<P, Q, B, R>, 'run' | 'needs'> {
  /** Answers 303 to the `location` that `run` answers (its response is `redirection`). */
  readonly redirects?: boolean;
  run(input: PublicInput<z.output<P>, z.output<Q>, z.output<B>>): Promise<z.input<R>>;
}

/** What `run` of a route that redirects answers. */
export const redirection = z.object({ location: z.string() });

/** One operation of the API: what it takes, what it answers, and the act itself. */
export interface Route extends Omit<Declared, 'needs'> {
  readonly needs: Role;
  /** Whether it is open to everybody: no key, no session. */
  readonly isPublic: boolean;
  readonly redirects: boolean;
  readonly schemas: {
    readonly params: z.ZodObject;
    readonly query: z.ZodObject;
    readonly body: z.ZodType | null;
    readonly response: z.ZodType;
  };
  /** Checks the request and does what it asks for. Throws `AppError`. */
  answer(request: RawRequest, deps: ApiDeps): Promise<unknown>;
}

/** Declares a route. What it does not declare (parameters, query, body) it does not take. */
export function route<
  R extends z.ZodType,
  P extends z.ZodObject = Nothing,
  Q extends z.ZodObject = Nothing,
  B extends z.ZodType = Nothing,
>(definition: Definition<P, Q, B, R>): Route {
  const { params, query, body, response, run, ...declared } = definition;
  return {
    needs: declared.method === 'get' ? 'read-only' : 'member',
    ...declared,
    isPublic: false,
    redirects: false,
    schemas: { params: params ?? NOTHING, query: query ?? NOTHING, body: body ?? null, response },
    async answer(request, deps) {
      const { caller } = request;
      if (caller === null) throw new Error(`${declared.operationId} is not behind a sign-in`);
      return run({ ...parse({ params, query, body }, request), caller, deps });
    },
  };
}

/** Declares a route that needs no key and no session: what it tells and does must be anybody's to have. */
export function publicRoute<
  R extends z.ZodType,
  P extends z.ZodObject = Nothing,
  Q extends z.ZodObject = Nothing,
  B extends z.ZodType = Nothing,
>(definition: PublicDefinition<P, Q, B, R>): Route {
  const { params, query, body, response, run, ...declared } = definition;
  return {
    redirects: false,
    ...declared,
    needs: 'read-only',
    isPublic: true,
    schemas: { params: params ?? NOTHING, query: query ?? NOTHING, body: body ?? null, response },
    async answer(request, deps) {
      return run({ ...parse({ params, query, body }, request), deps });
    },
  };
}

function parse<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  schemas: { params: P | undefined; query: Q | undefined; body: B | undefined },
  { path, idempotencyKey, exchange, ...raw }: RawRequest,
) {
  return {
    params: parseParams(schemas.params, raw.params),
    query: parseInput(schemas.query ?? NOTHING, raw.query) as z.output<Q>,
    body: parseInput(schemas.body ?? NOTHING, raw.body ?? {}) as z.output<B>,
    path,
    idempotencyKey,
    exchange,
  };
}

/** An id that cannot be one is an id that does not exist. */
function parseParams<P extends z.ZodObject>(schema: P | undefined, params: unknown): z.output<P> {
  const result = (schema ?? NOTHING).safeParse(params);
  if (result.success) return result.data as z.output<P>;
  const field = String(result.error.issues[0]?.path[0] ?? '');
  throw new AppError('not-found', `Not found: no ${field.replaceAll('_', ' ')} like this exists.`, {
    field,
  });
}
