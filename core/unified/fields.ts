/**
 * Kinds of field. What each accepts, stores and shows:
 * - `text`: a string.
 * - `decimal`: a number or a decimal string; stored as a canonical decimal string, a number on the wire.
 * - `decimalText`: the same, but a string on the wire (where the v3 contract types an amount as a string).
 * - `integer`: a safe integer.
 * - `boolean`.
 * - `instant`: ISO 8601 date and time with a zone; stored in UTC with milliseconds.
 * - `date`: a calendar date (kept as such) or an instant.
 * - `enum`: one of `values`.
 * - `texts`: a list of strings.
 * - `object` / `list`: a nested table / a list of them.
 */
export type Field =
  | {
      readonly kind:
        | 'text'
        | 'decimal'
        | 'decimalText'
        | 'integer'
        | 'boolean'
        | 'instant'
        | 'date'
        | 'texts';
    }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'object' | 'list'; readonly table: FieldTable };

export type FieldTable = { readonly [name: string]: Field };

export const text: Field = { kind: 'text' };
export const decimal: Field = { kind: 'decimal' };
export const decimalText: Field = { kind: 'decimalText' };
export const boolean: Field = { kind: 'boolean' };
export const instant: Field = { kind: 'instant' };
export const date: Field = { kind: 'date' };
export const texts: Field = { kind: 'texts' };

export const oneOf = (...values: readonly string[]): Field => ({ kind: 'enum', values });
export const object = (table: FieldTable): Field => ({ kind: 'object', table });
export const listOf = (table: FieldTable): Field => ({ kind: 'list', table });
