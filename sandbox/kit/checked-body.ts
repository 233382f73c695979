import type { z } from 'zod';
import { Refusal } from './answer';

/** The parsed body or query; throws a `Refusal` 400 that names the first wrong field. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys] : issue?.path;
  throw badRequest((path ?? []).join('.') || 'body', issue?.message ?? 'invalid');
}

export function badRequest(field: string, message: string): Refusal {
  return new Refusal(400, { error: 'invalid_request', field, message: `${field}: ${message}` });
}
