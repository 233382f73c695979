import type { Field, FieldTable } from './fields';
import type { DataModel, JsonValue, UnifiedRecord } from './models';
import { fieldTable } from './tables';

type Show = (value: JsonValue) => JsonValue;
type WireRecord = Record<string, JsonValue>;

const asIs: Show = (value) => value;
const asNumber: Show = (value) => (value === null ? null : Number(value));

function isRecord(value: JsonValue): value is UnifiedRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function compileField(field: Field): Show {
  switch (field.kind) {
    case 'decimal':
      return asNumber;
    case 'object': {
      const show = compileTable(field.table);
      return (value) => (isRecord(value) ? show(value) : null);
    }
    case 'list': {
      const show = compileTable(field.table);
      return (value) =>
        isList(value) ? value.map((row: JsonValue) => show(isRecord(row) ? row : {})) : null;
    }
    case 'text':
    case 'decimalText':
    case 'integer':
    case 'boolean':
    case 'instant':
    case 'date':
    case 'enum':
    case 'texts':
      return asIs;
  }
}

function compileTable(table: FieldTable): (data: UnifiedRecord) => WireRecord {
  const fields = Object.entries(table).map(([name, field]) => ({
    name,
    show: compileField(field),
  }));
  return (data) => {
    const wire: WireRecord = {};
    for (const { name, show } of fields) {
      const value = data[name];
      wire[name] = value === undefined ? null : show(value);
    }
    return wire;
  };
}

const compiled = new Map<DataModel, (data: UnifiedRecord) => WireRecord>();

/** A stored record as the API serves it: every field of its table, null where it has no value, decimals as numbers. */
export function presentRecord(model: DataModel, data: UnifiedRecord): WireRecord {
  let present = compiled.get(model);
  if (present === undefined) {
    present = compileTable(fieldTable(model));
    compiled.set(model, present);
  }
  return present(data);
}
