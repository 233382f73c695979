import { z } from 'zod';
import { invalid } from '../core/errors';

/**
 * Cursors: the place of a row in an order, as base64url of JSON. Opaque to callers, and never trusted. They name their
 * list: a cursor of another one would be read as a place in this one, and lead to rows that nobody asked for.
 */

export function encodeCursor(place: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The place a cursor names. Throws `AppError` (400) that names the query field. */
export function decodeCursor<T extends z.ZodType<{ list: string }>>(
  schema: T,
  list: string,
  text: string,
  field: string,
): z.output<T> {
  const result = schema.safeParse(parse(text));
  if (result.success && result.data.list === list) return result.data;
  throw invalid(field, 'It is not a cursor of this list and order.');
}

function parse(text: string): unknown {
  try {
    const bytes = Buffer.from(text, 'base64url');
    // Node reads past what is no base64url; we write none.
    return bytes.toString('base64url') === text ? JSON.parse(bytes.toString()) : null;
  } catch {
    return null;
  }
}

const idPlace = z.strictObject({ list: z.string(), rootfi_id: z.int().nonnegative() });

/** Cursor of a list in the order of ids. */
export function encodeId(list: string, id: bigint): string {
  return encodeCursor({ list, rootfi_id: Number(id) });
}

export function decodeId(list: string, text: string | undefined, field: string): bigint | null {
  if (text === undefined) return null;
  return BigInt(decodeCursor(idPlace, list, text, field).rootfi_id);
}

interface Page<T> {
  readonly rows: readonly T[];
  readonly next?: string;
}

/** Cuts the row too many off a page that was read forwards, and tells where to go on. */
export function cutPage<T extends { readonly id: bigint }>(
  list: string,
  rows: readonly T[],
  limit: number,
): Page<T> {
  return cutPageAt(rows, limit, (last) => encodeId(list, last.id));
}

/** The same where ids are not the order: `cursorOf` makes the cursor that goes on after a row. */
export function cutPageAt<T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (last: T) => string,
): Page<T> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  if (rows.length <= limit || last === undefined) return { rows: page };
  return { rows: page, next: cursorOf(last) };
}
