import type { JsonRecord } from './json';

export interface Change {
  /** The record as it was; null where it is new. */
  before: JsonRecord | null;
  fields: JsonRecord;
  nowIso: string;
  /** The caller's own times, or those the record had, instead of the platform's clock. */
  keepTimestamps: boolean;
}

/** The whole record after a creation or replacement. */
export function replaced(
  id: string,
  { before, fields, nowIso, keepTimestamps }: Change,
): JsonRecord {
  const { created_at, updated_at, ...rest } = fields;
  const createdBefore = before?.created_at ?? nowIso;
  if (!keepTimestamps) return { ...rest, id, created_at: createdBefore, updated_at: nowIso };
  return {
    ...rest,
    id,
    created_at: created_at ?? createdBefore,
    updated_at: updated_at ?? before?.updated_at ?? nowIso,
  };
}

/** The record after a change of the named fields. */
export function patched(
  id: string,
  { before, fields, nowIso, keepTimestamps }: Change,
): JsonRecord {
  const record = { ...before, ...fields, id };
  if (keepTimestamps) return record;
  return { ...record, created_at: before?.created_at, updated_at: nowIso };
}

/** The instant the platform takes a record to have changed at; a text that is no time counts as `nowMs`. */
export function changedMs(record: JsonRecord, nowMs: number): number {
  const ms = typeof record.updated_at === 'string' ? Date.parse(record.updated_at) : Number.NaN;
  return Number.isNaN(ms) ? nowMs : ms;
}
