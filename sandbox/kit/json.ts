import { z } from 'zod';

/** One JSON object as a platform keeps it: field names to anything JSON can say. */
export type JsonRecord = { [field: string]: unknown };

export const jsonRecordSchema: z.ZodType<JsonRecord> = z.record(z.string(), z.unknown());

/** Reads a text this process itself has written as a JSON object. Throws where it is none. */
export function parseJsonRecord(text: string): JsonRecord {
  return jsonRecordSchema.parse(JSON.parse(text));
}
