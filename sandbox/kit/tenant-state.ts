import { z } from 'zod';
import { faultSchema } from './faults';
import { tokensSchema } from './token-book';

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

/** Journal line `S`: all of a tenant's settings, the last one counts. */
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

export type Settings = z.infer<typeof settingsSchema>;

/** Journal line `K`: the highest insertion key of each resource. */
export const keysSchema = z.record(z.string(), z.int());

/** Journal line `F`: all faults. */
export const faultsSchema = z.array(faultSchema);

/** Journal line `T`: all tokens. */
export { tokensSchema };

/** Journal line `Q`: one answered request. */
export const requestSchema = z.strictObject({
  seq: z.int(),
  at: z.string(),
  method: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.string()),
  status: z.int(),
  ms: z.number(),
  concurrent: z.int(),
  counted: z.boolean(),
});

/** Journal line `L`: totals of all requests, among them those that follow as `Q` lines marked kept. */
export const totalsSchema = z.strictObject({
  count: z.int(),
  rejected_429: z.int(),
  by_status: z.record(z.string(), z.int()),
  lastSeq: z.int(),
});
