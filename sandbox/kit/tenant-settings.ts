import { randomBytes } from 'node:crypto';
import { z } from 'zod';

const limit = z.int().min(1).nullish();

/** Limits as a caller may set them; null or absent = unlimited. */
export const limitsSchema = z
  .strictObject({
    per_second: limit,
    per_minute: limit,
    per_hour: limit,
    per_day: limit,
    concurrent: limit,
  })
  .transform((limits) => ({
    ...(limits.per_second ? { per_second: limits.per_second } : {}),
    ...(limits.per_minute ? { per_minute: limits.per_minute } : {}),
    ...(limits.per_hour ? { per_hour: limits.per_hour } : {}),
    ...(limits.per_day ? { per_day: limits.per_day } : {}),
    ...(limits.concurrent ? { concurrent: limits.concurrent } : {}),
  }));

export const settingsSchema = z.strictObject({
  tenantId: z.string(),
  account: z.strictObject({ name: z.string(), base_currency: z.string(), country: z.string() }),
  limits: limitsSchema,
  /** null: 100 a page unless asked otherwise, 1,000 at most. */
  pageSize: z.int().nullable(),
  latencyMs: z.int(),
  offsetMs: z.int(),
  /** Per resource: changed when all cursors given out before must die. */
  cursorEpochs: z.record(z.string(), z.string()),
});

/** Everything a tenant has been told, apart from its records, faults and tokens. */
export type Settings = z.infer<typeof settingsSchema>;

/** An epoch no cursor has been given out in. */
export function newEpoch(): string {
  return randomBytes(6).toString('hex');
}
