import type { PlatformRequest } from '../contract';
import { MalformedAnswerError } from '../engine/errors';
import { isObject } from '../engine/json';

/** A condition, or a list of them that must all hold, or `['OR', …]`. */
export type Domain = readonly unknown[];

/**
 * One remote call. With an `id` in it Tryton answers `{id, result}`, or `{id, error}` with status 200. The context,
 * always the last parameter, is the account's and is added by its access.
 */
export function rpc(method: string, params: readonly unknown[]): PlatformRequest {
  return { method: 'POST', path: '/rpc/', body: { id: 0, method, params } };
}

/** Adds the context of a session to a request made by `rpc`. */
export function withContext(
  request: PlatformRequest,
  context: Readonly<Record<string, unknown>>,
): PlatformRequest {
  const { body } = request;
  if (!isObject(body) || !Array.isArray(body.params)) return request;
  const params: readonly unknown[] = body.params;
  return { ...request, body: { ...body, params: [...params, context] } };
}

/** The result of a call. */
export function resultOf(body: unknown): unknown {
  if (!isObject(body) || !('result' in body)) {
    throw new MalformedAnswerError('Tryton answered without a result');
  }
  return body.result;
}

/** The result of a call that answers rows. */
export function rowsOf(body: unknown): readonly unknown[] {
  const result = resultOf(body);
  if (!Array.isArray(result)) throw new MalformedAnswerError('Tryton answered without rows');
  return result;
}

/** Rows in the order of their ids. */
export function searchRead(
  model: string,
  { domain, limit, fields }: { domain: Domain; limit: number | null; fields: readonly string[] },
): PlatformRequest {
  return rpc(`model.${model}.search_read`, [domain, 0, limit, [['id', 'ASC']], fields]);
}
