import { randomBytes } from 'node:crypto';
import { z } from 'zod';

const cursorSchema = z.strictObject({
  resource: z.string(),
  after: z.int(),
  since: z.number().nullable(),
  /** The resource's cursor epoch: when that rises, every cursor given out before is dead. */
  epoch: z.string(),
  /** Set where this page, or the promise of it, has been given out once by a fault. */
  again: z.boolean(),
});

/** A place in one listing of one resource. */
export type CursorPlace = z.infer<typeof cursorSchema>;

/** No two cursors are alike: a client that takes an equal one for a standstill must not stop here. */
export function writeCursor(place: CursorPlace): string {
  const nonce = randomBytes(3).toString('hex');
  return Buffer.from(JSON.stringify({ ...place, nonce })).toString('base64url');
}

/** The place a cursor names, or null where it is none of ours. */
export function readCursor(cursor: string): CursorPlace | null {
  try {
    const { nonce, ...place } = z
      .looseObject({ nonce: z.string() })
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return cursorSchema.parse(place);
  } catch {
    // Whatever does not parse was not written by writeCursor.
    return null;
  }
}
