import { z } from 'zod';
import { FREQUENCIES, INTEGRATION_CATEGORIES } from '../../core/names';
import { DATA_MODELS } from '../../core/unified/models';

/** One data model's entry as it is answered; what is accepted is `syncConfigEntry` of `core/sync-config.ts`. */
export const syncConfigAnswer = z
  .object({
    data_model: z.enum(DATA_MODELS),
    category: z.enum(INTEGRATION_CATEGORIES),
    enabled: z.boolean(),
    frequency: z.enum(FREQUENCIES).nullable().meta({ description: 'null where `cron` decides.' }),
    interval: z.int().nullable(),
    cron: z.string().nullable(),
    timezone: z.string().nullable(),
    priority: z.int().meta({ description: '1–9; which model goes first when quota is short.' }),
    sync_from: z.string().nullable(),
    scope_access: z.object({
      READ: z.boolean(),
      CREATE: z.boolean(),
      UPDATE: z.boolean(),
      DELETE: z.boolean(),
    }),
    custom_fields: z.array(z.string()),
  })
  .meta({ id: 'SyncConfigEntry' });
