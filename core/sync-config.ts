import { z } from 'zod';
import { instantText } from './instant-text';
import { FREQUENCIES, INTEGRATION_CATEGORIES } from './names';
import { scheduleProblem } from './schedule';
import { DATA_MODELS } from './unified/models';

const scopeAccess = z
  .object({
    READ: z.boolean().optional(),
    CREATE: z.boolean().optional(),
    UPDATE: z.boolean().optional(),
    DELETE: z.boolean().optional(),
  })
  .meta({ description: 'What may be done with the data model. READ absent counts as true.' });

/**
 * One entry of a sync config: how one data model is kept in sync. Either `frequency` × `interval`, or `cron` (five
 * fields) with `timezone` (IANA). `priority` 1–9 says which model goes first when quota is short (1 first, default 5).
 */
export const syncConfigEntry = z
  .object({
    data_model: z.enum(DATA_MODELS),
    category: z.enum(INTEGRATION_CATEGORIES).optional(),
    enabled: z.boolean().default(true),
    frequency: z.enum(FREQUENCIES).nullish(),
    interval: z.int().min(1).max(10_000).nullish(),
    cron: z.string().max(200).nullish(),
    timezone: z.string().max(64).nullish(),
    priority: z.int().min(1).max(9).nullish(),
    sync_from: instantText.nullish(),
    scope_access: scopeAccess.nullish(),
    custom_fields: z.array(z.string().max(200)).max(200).nullish(),
  })
  .superRefine((entry, context) => {
    const problem = scheduleProblem(toSchedule(entry));
    if (problem)
      context.addIssue({ code: 'custom', path: [problem.field], message: problem.reason });
    // eslint-disable-next-line no-restricted-syntax -- what a request says is read when it comes in.
    if (entry.sync_from && new Date(entry.sync_from).getTime() > Date.now()) {
      context.addIssue({ code: 'custom', path: ['sync_from'], message: 'Lies in the future.' });
    }
  })
  .meta({ id: 'SyncConfigEntryRequest' });

export type SyncConfigEntry = z.output<typeof syncConfigEntry>;

export const syncConfigList = z
  .array(syncConfigEntry)
  .max(200)
  .superRefine((entries, context) => {
    const named = new Set<string>();
    entries.forEach((entry, index) => {
      if (named.has(entry.data_model)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'data_model'],
          message: `${entry.data_model} is named twice.`,
        });
      }
      named.add(entry.data_model);
    });
  });

/** The schedule an entry means; DAILY × 1 when it names none. */
export function toSchedule(entry: {
  frequency?: (typeof FREQUENCIES)[number] | null | undefined;
  interval?: number | null | undefined;
  cron?: string | null | undefined;
  timezone?: string | null | undefined;
}): Schedule {
  if (entry.cron) return { cron: entry.cron, timezone: entry.timezone ?? 'UTC' };
  return { frequency: entry.frequency ?? 'DAILY', interval: entry.interval ?? 1 };
}

export function syncFromOf(entry: SyncConfigEntry): Date | null {
  return entry.sync_from ? new Date(entry.sync_from) : null;
}

export function priorityOf(entry: SyncConfigEntry): number {
  return entry.priority ?? 5;
}

/** Whether the entry lets us read at all. */
export function isReadable(entry: SyncConfigEntry): boolean {
  return entry.scope_access?.READ !== false;
}

/** Whether a model with this entry is synced. */
export function isEnabled(entry: SyncConfigEntry): boolean {
  return entry.enabled && isReadable(entry);
}

export function neverTicks(entry: SyncConfigEntry): boolean {
  const schedule = toSchedule(entry);
  return 'frequency' in schedule && schedule.frequency === 'NEVER';
}

export type { Schedule } from './schedule';
import type { Schedule } from './schedule';
