import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../core/errors';
import { instantText } from '../../core/instant-text';
import type { JsonValue } from '../../core/unified/models';

/** Pieces that many routes share. Request schemas refuse unknown fields; response schemas tell every field. */

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;
/** Longest id in a path; anything longer cannot be one of ours. */
const ID_DIGITS = /^\d{1,18}$/;

/** A `rootfi_id` in a path. */
export const pathId = z
  .string()
  .regex(ID_DIGITS)
  .transform(BigInt)
  .meta({
    override: { type: 'integer' },
  });

/** A `rootfi_id` in a query. */
export const queryId = z
  .string()
  .regex(ID_DIGITS, 'Must be an integer.')
  .transform(BigInt)
  .meta({ override: { type: 'integer' } });

/** A `rootfi_id` in a body. */
export const bodyId = z.int('Must be an integer.').positive('Must be positive.');

/** A company's name in a body. */
export const companyName = z.string().trim().min(1, 'Must not be blank.').max(500);

export const limit = z
  .string()
  .refine(isLimit, `Must be an integer from 1 to ${MAX_LIMIT}.`)
  .transform(Number)
  .default(DEFAULT_LIMIT)
  .meta({
    override: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
    description: 'Most items on a page.',
  });

function isLimit(text: string): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_LIMIT;
}

/** A cursor copied from an answer; an empty one counts as absent. */
export function cursorUpTo(length: number) {
  return z
    .string()
    .max(length)
    .transform((value) => value || undefined)
    .optional()
    .meta({ override: { type: 'string' }, description: 'Cursor copied from an answer.' });
}

export const cursor = cursorUpTo(1000);

/** `true` or `false`, as text. */
export const flag = z
  .enum(['true', 'false'], 'Must be true or false.')
  .transform((value) => value === 'true')
  .optional()
  .meta({ override: { type: 'string', enum: ['true', 'false'] } });

/** An instant, or a date: its first one, in UTC. */
export const instantQuery = instantText
  .transform((text) => new Date(text))
  .meta({ override: { type: 'string', format: 'date-time' } });

/** Comma list of names out of a closed set. */
export function namesOf<const T extends string>(allowed: readonly T[]) {
  const known = allowed.length === 0 ? 'none are known here' : `out of ${allowed.join(', ')}`;
  return z
    .string()
    .transform((text) => [...new Set(splitList(text))])
    .pipe(z.array(z.enum(allowed, `Must be a comma list of names: ${known}.`)))
    .optional()
    .meta({ override: { type: 'string' }, description: `Comma list of names: ${known}.` });
}

/** Integration types that a list is narrowed to; any name may be asked for. */
export const integrationTypes = z
  .string()
  .transform(splitList)
  .optional()
  .meta({ override: { type: 'string' }, description: 'Comma list of integration types.' });

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** An object that only a connector understands. */
export const jsonObject = z
  .record(z.string(), z.unknown())
  // It came as JSON, so its values are JSON.
  .transform((value) => value as { readonly [key: string]: JsonValue })
  .meta({ override: { type: 'object' } });

/** Instants are answered in UTC with milliseconds. */
export const instant = z.iso.datetime();
export const nullableInstant = instant.nullable();

export const rootfiFields = {
  rootfi_id: z.int(),
  rootfi_created_at: instant,
  rootfi_updated_at: instant,
};

export const success = z.object({ status: z.literal('success') }).meta({ id: 'Success' });

export const nextCursor = z
  .string()
  .optional()
  .meta({ description: 'Cursor of the next page; absent on the last one.' });

export const prevCursor = z
  .string()
  .optional()
  .meta({ description: 'Cursor of the page before; absent on the first one.' });

const codes = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]];

export const errorAnswer = z
  .object({
    error: z.object({
      message: z.string(),
      code: z.enum(codes).meta({ description: 'See `docs/errors.md`.' }),
      field: z.string().meta({ description: 'The input at fault, or empty.' }),
      request_id: z.string(),
    }),
  })
  .meta({ id: 'Error' });
