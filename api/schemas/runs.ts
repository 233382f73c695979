import { z } from 'zod';
import { JOB_STATES, LANES, SYNC_MODES, TRIGGERS } from '../../core/names';
import { DATA_MODELS } from '../../core/unified/models';
import { instant, nullableInstant } from './common';
import { jobErrorAnswer, outcomeCounts } from './sync';

export const runAnswer = z
  .object({
    job_id: z.int(),
    sync_id: z.string(),
    data_model: z.enum(DATA_MODELS),
    mode: z.enum(SYNC_MODES),
    trigger: z.enum(TRIGGERS),
    lane: z.enum(LANES),
    state: z.enum(JOB_STATES),
    due_at: nullableInstant.meta({ description: 'The tick it was made for.' }),
    missed_ticks: z.int(),
    created_at: instant,
    started_at: nullableInstant,
    ended_at: nullableInstant,
    slept_ms: z.int().meta({ description: 'Spent waiting for quota.' }),
    sleeping_until: nullableInstant,
    counts: outcomeCounts,
    error: jobErrorAnswer,
  })
  .meta({ id: 'Run' });
