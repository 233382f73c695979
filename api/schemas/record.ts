import { z } from 'zod';
import type { Field, FieldTable } from '../../core/unified/fields';
import type { DataModel } from '../../core/unified/models';
import { fieldTable } from '../../core/unified/tables';
import { nullableInstant, rootfiFields } from './common';

/** A record of a data model as it is answered, made from the model's field table. */
export function recordAnswer(model: DataModel) {
  return z
    .object({
      ...rootfiFields,
      rootfi_deleted_at: nullableInstant,
      rootfi_company_id: z.int(),
      platform_id: z.string(),
      platform_unique_id: z.string(),
      ...shape(fieldTable(model)),
      raw_data: z.unknown().optional().meta({ description: 'Only with `select=raw_data`.' }),
      data_hash: z.string().optional().meta({ description: 'Only with `select=data_hash`.' }),
    })
    .meta({ id: schemaName(model) });
}

function schemaName(model: DataModel): string {
  const words = model.toLowerCase().split('_');
  return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Record`;
}

function shape(table: FieldTable): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(table).map(([name, field]) => [name, schemaOf(field)]));
}

function schemaOf(field: Field): z.ZodType {
  switch (field.kind) {
    case 'text':
    case 'decimalText':
      return z.string().nullable();
    case 'decimal':
      return z.number().nullable();
    case 'integer':
      return z.int().nullable();
    case 'boolean':
      return z.boolean().nullable();
    case 'instant':
      return z.iso.datetime().nullable();
    case 'date':
      return z.string().nullable().meta({ description: 'ISO 8601 date, or date and time.' });
    case 'enum':
      return z.enum(field.values as [string, ...string[]]).nullable();
    case 'texts':
      return z.array(z.string()).nullable();
    case 'object':
      return z.object(shape(field.table)).nullable();
    case 'list':
      return z.array(z.object(shape(field.table))).nullable();
  }
}
