import { z } from 'zod';
import { FREQUENCIES } from '../../core/names';
import { WINDOWS } from '../../core/quota';
import { DATA_MODELS } from '../../core/unified/models';
import { bodyId, instant } from './common';

export const scheduleRequest = z.strictObject({
  frequency: z.enum(FREQUENCIES).nullish(),
  interval: z.int().min(1).max(10_000).nullish(),
  cron: z.string().max(200).nullish(),
  timezone: z.string().max(64).nullish(),
  connection_id: bodyId.optional().meta({
    description: 'Due times are counted from its creation; without it, from now.',
  }),
});

export const schedulePreview = z
  .object({
    words: z.string().meta({ description: '"every 2 hours", "cron 0 6 * * 1-5 Europe/Berlin".' }),
    next: z.array(instant).max(5),
    runs_per_day: z.number(),
  })
  .meta({ id: 'SchedulePreview' });

export const estimateAnswer = z
  .object({
    calls_per_hour: z.number(),
    by_model: z.array(
      z.object({
        data_model: z.enum(DATA_MODELS),
        calls_per_run: z.number(),
        runs_per_hour: z.number(),
        calls_per_hour: z.number(),
        basis: z
          .enum(['measured', 'assumed'])
          .meta({ description: 'Measured over its last auto syncs, or taken for one call.' }),
      }),
    ),
    limits: z.array(
      z.object({
        window: z.enum(WINDOWS),
        limit: z.int(),
        calls: z.number().meta({ description: 'On average in such a window.' }),
        share: z.number().meta({ description: 'Of the limit; above 1 it is more than there is.' }),
      }),
    ),
    warnings: z.array(z.string()),
  })
  .meta({
    id: 'Estimate',
    description:
      'Calls of the auto syncs of this connection. Full syncs, Refresh, writes and other connections to the same account come on top.',
  });
