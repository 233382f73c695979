import type { Field, FieldTable } from './fields';
import type { DataModel } from './models';
import { fieldTable } from './tables';

/** JSON Schema 2020-12, the part of it that OpenAPI 3.1 documents need here. */
export type JsonSchema = { readonly [key: string]: unknown };

function schemaOf(field: Field): JsonSchema {
  switch (field.kind) {
    case 'text':
    case 'decimalText':
      return { type: ['string', 'null'] };
    case 'decimal':
      return { type: ['number', 'null'] };
    case 'integer':
      return { type: ['integer', 'null'] };
    case 'boolean':
      return { type: ['boolean', 'null'] };
    case 'instant':
      return { type: ['string', 'null'], format: 'date-time' };
    case 'date':
      return { type: ['string', 'null'], description: 'ISO 8601 date, or date and time' };
    case 'enum':
      return { type: ['string', 'null'], enum: [...field.values, null] };
    case 'texts':
      return { type: ['array', 'null'], items: { type: 'string' } };
    case 'object':
      return { ...tableSchema(field.table), type: ['object', 'null'] };
    case 'list':
      return { type: ['array', 'null'], items: tableSchema(field.table) };
  }
}

function tableSchema(table: FieldTable): JsonSchema {
  const names = Object.keys(table);
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(table).map(([name, field]) => [name, schemaOf(field)]),
    ),
    required: names,
  };
}

/** Schema of what `presentRecord` answers for a model. */
export function recordSchema(model: DataModel): JsonSchema {
  return tableSchema(fieldTable(model));
}
