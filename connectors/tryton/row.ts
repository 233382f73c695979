import { MappingError } from '../../core/unified/parse';
import { isObject } from '../engine/json';

/** A decoded Tryton row. Fields of what it points to stand under the field's name and a dot (`party.`). */
export type Row = Readonly<Record<string, unknown>>;

/** The id a row points to, as text; null for none. */
export function ref(value: unknown, path: string): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new MappingError(path, 'an id');
}

/** Ids of a list. */
export function refs(value: unknown, path: string): (string | null)[] {
  if (!Array.isArray(value)) throw new MappingError(path, 'a list of ids');
  return value.map((id, index) => ref(id, `${path}[${index}]`));
}

/** The row a field points to; null for none. */
export function one(row: Row, field: string): Row | null {
  const value = row[`${field}.`];
  if (value === null || value === undefined) return null;
  if (!isObject(value)) throw new MappingError(field, 'an object');
  return value;
}

/** The rows of a list field. */
export function many(row: Row, field: string): Row[] {
  const value = row[`${field}.`];
  if (!Array.isArray(value) || !value.every(isObject))
    throw new MappingError(field, 'a list of rows');
  return value;
}

/** A text; an empty one counts as none, for Tryton clients store both. */
export function text(value: unknown): unknown {
  return value === '' ? null : value;
}

/** Whether a flag is set. Where Tryton takes it from another row, SQLite databases give it as a number. */
export function flag(value: unknown): boolean {
  return value === true || value === 1;
}

/** When a row was last changed. Tryton sets `write_date` at the first edit, not when the row is created. */
export function changedAt(row: Row): unknown {
  return row.write_date ?? row.create_date;
}

/** An amount with the other sign. */
export function negated(value: unknown): unknown {
  if (typeof value === 'number') return -value;
  if (typeof value !== 'string') return value;
  return value.startsWith('-') ? value.slice(1) : `-${value}`;
}
