import { z } from 'zod';
import { AppError, type ErrorCode } from '../../core/errors';
import type { ApiDeps } from '../deps';
import { parseInput } from './validation';

/** Whose key came with a request. */
export interface Caller {
  readonly keyId: bigint;
  readonly organisationId: bigint;
}

/** A request as it came, before its route has looked at it. */
export interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  readonly caller: Caller;
}

export interface RouteInput<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The path as it was asked for, in lower case. */
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  readonly caller: Caller;
  readonly deps: ApiDeps;
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
  readonly timeLimitMs?: number;
}

interface Definition<P, Q, B, R extends z.ZodType> extends Declared {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
  run(input: RouteInput<z.output<P>, z.output<Q>, z.output<B>>): Promise<z.input<R>>;
}

/** One operation of the API: what it takes, what it answers, and the act itself. */
export interface Route extends Declared {
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
    ...declared,
    schemas: { params: params ?? NOTHING, query: query ?? NOTHING, body: body ?? null, response },
    async answer(request, deps) {
      const { path, idempotencyKey, caller } = request;
      return run({
        params: parseParams(params, request.params),
        query: parseInput(query ?? NOTHING, request.query) as z.output<Q>,
        body: parseInput(body ?? NOTHING, request.body ?? {}) as z.output<B>,
        path,
        idempotencyKey,
        caller,
        deps,
      });
    },
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
