import type { Field, FieldTable } from './fields';
import type { DataModel, JsonValue, UnifiedRecord } from './models';
import { fieldTable } from './tables';

/** Writes a stored value as JSON. */
type Write = (value: JsonValue) => string;
type WireRecord = Record<string, JsonValue>;

const MARKUP: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
const NOT_PLAIN = /["\\<>&\u0000-\u001f]/;

/** A value as JSON in which no browser finds markup, whatever the value holds. */
export function writeJson(value: unknown): string {
  // Most texts are plain, and this test is cheaper than escaping a whole answer at its end.
  if (typeof value === 'string' && !NOT_PLAIN.test(value)) return `"${value}"`;
  return JSON.stringify(value).replace(/[<>&]/g, (character) => MARKUP[character] ?? character);
}

const writeNumber: Write = (value) => {
  const number = value === null ? Number.NaN : Number(value);
  return Number.isFinite(number) ? String(number) : 'null';
};

function isRecord(value: JsonValue): value is UnifiedRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function compileField(field: Field): Write {
  switch (field.kind) {
    case 'decimal':
      return writeNumber;
    case 'object': {
      const write = compileTable(field.table);
      return (value) => (isRecord(value) ? `{${write(value)}}` : 'null');
    }
    case 'list': {
      const write = compileTable(field.table);
      return (value) => {
        if (!isList(value)) return 'null';
        let text = '';
        for (const row of value)
          text += `${text === '' ? '' : ','}{${write(isRecord(row) ? row : {})}}`;
        return `[${text}]`;
      };
    }
    case 'text':
    case 'decimalText':
    case 'integer':
    case 'boolean':
    case 'instant':
    case 'date':
    case 'enum':
    case 'texts':
      return writeJson;
  }
}

function compileTable(table: FieldTable): (data: UnifiedRecord) => string {
  const fields = Object.entries(table).map(([name, field], index) => {
    const key = `${index === 0 ? '' : ','}"${name}":`;
    return { name, key, absent: `${key}null`, write: compileField(field) };
  });
  return (data) => {
    let text = '';
    for (const { name, key, absent, write } of fields) {
      const value = data[name];
      text += value === undefined ? absent : key + write(value);
    }
    return text;
  };
}

const compiled = new Map<DataModel, (data: UnifiedRecord) => string>();

/**
 * The fields of a stored record as the API serves them, as JSON without the braces around it: every field of its table,
 * null where it has no value, decimals as numbers, without markup.
 *
 * It writes text, and no object in between, because it runs for every record of every page that is read. Each table is
 * compiled once.
 */
export function writeFields(model: DataModel, data: UnifiedRecord): string {
  let write = compiled.get(model);
  if (write === undefined) {
    write = compileTable(fieldTable(model));
    compiled.set(model, write);
  }
  return write(data);
}

/** The same as an object, for the places where speed does not matter. */
export function presentRecord(model: DataModel, data: UnifiedRecord): WireRecord {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- its own text, just written, read back
  return JSON.parse(`{${writeFields(model, data)}}`) as WireRecord;
}
