import type { Field, FieldTable } from './fields';
import type { DataModel, JsonValue, UnifiedRecord } from './models';
import { fieldTable } from './tables';
import { canonicalDate, canonicalDecimal, canonicalInstant, cleanText } from './values';

/** A record that does not fit its model: `path` names the field at fault, the message never holds its value. */
export class MappingError extends Error {
  readonly path: string;
  readonly expected: string;

  constructor(path: string, expected: string) {
    super(`${path === '' ? 'record' : path}: expected ${expected}`);
    this.name = 'MappingError';
    this.path = path;
    this.expected = expected;
  }
}

/** Answers undefined for "no value"; throws for a wrong one. The path is put together on the way out, when needed. */
type ParseValue = (value: unknown) => JsonValue | undefined;
type ParseTable = (value: unknown) => UnifiedRecord;

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function scalar(expected: string, canonical: (value: unknown) => string | null): ParseValue {
  return (value) => {
    const result = canonical(value);
    if (result === null) throw new MappingError('', expected);
    return result;
  };
}

const asText: ParseValue = (value) => {
  if (typeof value !== 'string') throw new MappingError('', 'a text');
  return cleanText(value);
};

const asBoolean: ParseValue = (value) => {
  if (typeof value !== 'boolean') throw new MappingError('', 'true or false');
  return value;
};

const asInteger: ParseValue = (value) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new MappingError('', 'an integer');
  }
  return value;
};

function asEnum(values: readonly string[]): ParseValue {
  const known = new Set(values);
  return (value) => {
    if (typeof value !== 'string' || !known.has(value)) {
      throw new MappingError('', `one of ${values.join(', ')}`);
    }
    return value;
  };
}

function asList(parseItem: (value: unknown) => JsonValue, expected: string): ParseValue {
  return (value) => {
    if (!Array.isArray(value)) throw new MappingError('', expected);
    const list: JsonValue[] = new Array(value.length);
    for (let index = 0; index < value.length; index += 1) {
      try {
        list[index] = parseItem(value[index]);
      } catch (error) {
        throw within(`[${index}]`, error);
      }
    }
    return list;
  };
}

function within(step: string, error: unknown): unknown {
  if (!(error instanceof MappingError)) return error;
  const joint = error.path === '' || error.path.startsWith('[') ? '' : '.';
  return new MappingError(`${step}${joint}${error.path}`, error.expected);
}

function compileField(field: Field): ParseValue {
  switch (field.kind) {
    case 'text':
      return asText;
    case 'decimal':
    case 'decimalText':
      return scalar('a number or a decimal text', canonicalDecimal);
    case 'integer':
      return asInteger;
    case 'boolean':
      return asBoolean;
    case 'instant':
      return scalar('an ISO 8601 date and time with a zone', canonicalInstant);
    case 'date':
      return scalar('an ISO 8601 date, or date and time with a zone', canonicalDate);
    case 'enum':
      return asEnum(field.values);
    case 'texts':
      return asList((value) => asText(value) ?? '', 'a list of texts');
    case 'object':
      return compileTable(field.table);
    case 'list':
      return asList(compileTable(field.table), 'a list');
  }
}

function compileTable(table: FieldTable): ParseTable {
  // Sorted once here, so that every record comes out in canonical order and hashing need not sort it again.
  const names = Object.keys(table).sort();
  const parsers = names.map((name) => compileField(table[name] ?? { kind: 'text' }));
  return (value) => {
    if (!isPlainObject(value)) throw new MappingError('', 'an object');
    const record: Record<string, JsonValue> = {};
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index] ?? '';
      const given = value[name];
      if (given === undefined || given === null) continue;
      try {
        const parsed = parsers[index]?.(given);
        if (parsed !== undefined) record[name] = parsed;
      } catch (error) {
        throw within(name, error);
      }
    }
    return record;
  };
}

const compiled = new Map<DataModel, ParseTable>();

/**
 * Holds a mapped record to its model's field table and gives its canonical form. Unknown keys are dropped, absent and
 * null are the same, texts are cleaned of what jsonb refuses. Throws `MappingError` for the first field that does not
 * fit. Runs for every record of every page: each table is compiled once.
 */
export function parseRecord(model: DataModel, input: unknown): UnifiedRecord {
  let parse = compiled.get(model);
  if (parse === undefined) {
    parse = compileTable(fieldTable(model));
    compiled.set(model, parse);
  }
  return parse(input);
}
