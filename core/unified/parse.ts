import { compareKeys } from '../record-hash';
import type { Field, FieldTable } from './fields';
import type { DataModel, UnifiedRecord } from './models';
import { fieldTable } from './tables';
import { canonicalDate, canonicalDecimal, canonicalInstant, jsonText } from './values';

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

/** Checks a value that is there and writes it as canonical JSON. */
type Write = (value: unknown) => string;

/** The error again, with one more step in front of its path. */
function within(step: string, error: unknown): unknown {
  if (!(error instanceof MappingError)) return error;
  const joint = error.path === '' || error.path.startsWith('[') ? '' : '.';
  return new MappingError(`${step}${joint}${error.path}`, error.expected);
}

/** Of canonical forms that need no escaping. */
function writePlain(expected: string, canonical: (value: unknown) => string | null): Write {
  return (value) => {
    const text = canonical(value);
    if (text === null) throw new MappingError('', expected);
    return `"${text}"`;
  };
}

const writeText: Write = (value) => {
  if (typeof value !== 'string') throw new MappingError('', 'a text');
  return jsonText(value);
};

const writeBoolean: Write = (value) => {
  if (typeof value !== 'boolean') throw new MappingError('', 'true or false');
  return value ? 'true' : 'false';
};

const writeInteger: Write = (value) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new MappingError('', 'an integer');
  }
  return value.toFixed(0);
};

function writeEnum(values: readonly string[]): Write {
  const written = new Map(values.map((value) => [value, JSON.stringify(value)]));
  return (value) => {
    const text = typeof value === 'string' ? written.get(value) : undefined;
    if (text === undefined) throw new MappingError('', `one of ${values.join(', ')}`);
    return text;
  };
}

function writeList(writeItem: Write, expected: string): Write {
  return (value) => {
    if (!Array.isArray(value)) throw new MappingError('', expected);
    let text = '[';
    for (let index = 0; index < value.length; index += 1) {
      try {
        text += index === 0 ? writeItem(value[index]) : `,${writeItem(value[index])}`;
      } catch (error) {
        throw within(`[${index}]`, error);
      }
    }
    return `${text}]`;
  };
}

function compileField(field: Field): Write {
  switch (field.kind) {
    case 'text':
      return writeText;
    case 'decimal':
    case 'decimalText':
      return writePlain('a number or a decimal text', canonicalDecimal);
    case 'integer':
      return writeInteger;
    case 'boolean':
      return writeBoolean;
    case 'instant':
      return writePlain('an ISO 8601 date and time with a zone', canonicalInstant);
    case 'date':
      return writePlain('an ISO 8601 date, or date and time with a zone', canonicalDate);
    case 'enum':
      return writeEnum(field.values);
    case 'texts':
      return writeList(writeText, 'a list of texts');
    case 'object':
      return compileTable(field.table);
    case 'list':
      return writeList(compileTable(field.table), 'a list');
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compileTable(table: FieldTable): Write {
  // Keys in order at every level: the text is canonical without sorting each record.
  const fields = Object.entries(table)
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([name, field]) => ({ name, key: `"${name}":`, write: compileField(field) }));
  return (value) => {
    if (!isPlainObject(value)) throw new MappingError('', 'an object');
    let text = '';
    for (const { name, key, write } of fields) {
      const given = value[name];
      if (given === undefined || given === null) continue;
      try {
        text += text === '' ? key + write(given) : `,${key}${write(given)}`;
      } catch (error) {
        throw within(name, error);
      }
    }
    return `{${text}}`;
  };
}

const compiled = new Map<DataModel, Write>();

/**
 * Holds a mapped record to its model's field table and writes it as canonical JSON: what is hashed and stored. Unknown
 * keys are dropped, absent and null are the same, texts are cleaned of what jsonb refuses. Throws `MappingError` for
 * the first field that does not fit.
 *
 * It writes text, and no object in between, because it runs for every record of every page and each is only hashed and
 * sent to the database. Each table is compiled once.
 */
export function canonicalRecord(model: DataModel, input: unknown): string {
  let write = compiled.get(model);
  if (write === undefined) {
    write = compileTable(fieldTable(model));
    compiled.set(model, write);
  }
  return write(input);
}

/** The same as an object, for the places where speed does not matter. */
export function parseRecord(model: DataModel, input: unknown): UnifiedRecord {
  return JSON.parse(canonicalRecord(model, input)) as UnifiedRecord;
}
