import { z } from 'zod';
import { JOB_ERROR_CODES } from '../../core/errors';
import { JOB_STATES, PULL_PHASES, SYNC_MODES, TRIGGERS } from '../../core/names';
import { DATA_MODELS } from '../../core/unified/models';
import { instant, nullableInstant, rootfiFields } from './common';

const SYNC_TYPES = ['MANUAL', 'AUTO_SYNC'] as const;

export const outcomeCounts = z
  .object({
    fetched: z.int(),
    inserted: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    revived: z.int(),
    repeated: z.int(),
    quarantined: z.int(),
    deleted: z.int(),
  })
  .meta({
    id: 'OutcomeCounts',
    description: 'Fetched records by outcome, and stored ones deleted.',
  });

/** Fields that tell more than the v3 contract asks for, the same on syncs and jobs. */
const detail = {
  rootfi_connection_id: z.int(),
  mode: z.enum(SYNC_MODES),
  trigger: z.enum(TRIGGERS),
  due_at: nullableInstant.meta({ description: 'The tick it was made for; null for all others.' }),
  missed_ticks: z
    .int()
    .meta({ description: 'Ticks that passed unserved and were joined into this one.' }),
  counts: outcomeCounts,
  deletions_held: z.int().meta({
    description: 'Records the platform no longer has, kept because they were too many to believe.',
  }),
  sweep_skipped: z
    .boolean()
    .meta({ description: 'Whether a full sync could not look for deletions.' }),
};

const shared = {
  ...rootfiFields,
  rootfi_company_id: z.int(),
  start_time: nullableInstant,
  end_time: nullableInstant,
  integration_type: z.string(),
  config_mode: z.literal('READ'),
  sync_id: z.string(),
  status: z.enum(JOB_STATES),
};

export const syncAnswer = z
  .object({
    ...shared,
    id: z
      .string()
      .meta({ description: 'The same as `sync_id`, for callers that look for it here.' }),
    full_sync: z.boolean(),
    sync_type: z.enum(SYNC_TYPES),
    sync_data_models: z.array(z.string()),
    total_count: z.int(),
    success_count: z.int(),
    failed_count: z.int(),
    running_count: z.int(),
    pending_count: z.int(),
    ...detail,
  })
  .meta({ id: 'Sync' });

export const jobErrorAnswer = z
  .object({
    code: z.enum(JOB_ERROR_CODES),
    message: z.string(),
    docs_url: z.string().meta({ description: 'Path of the page that explains the code.' }),
  })
  .nullable();

const jobProgress = z
  .object({
    phase: z.enum(PULL_PHASES).nullable().meta({ description: 'null while it does not run.' }),
    pages: z.int(),
    records: z.int().meta({ description: 'Read so far.' }),
    estimated_records: z
      .int()
      .nullable()
      .meta({ description: 'How many there are to read; null where nothing tells.' }),
    eta_seconds: z
      .int()
      .nullable()
      .meta({ description: 'Until they are read, at the pace so far and with its waits.' }),
    attempts: z.int().meta({ description: 'In a row without a stored page; 0 while all is well.' }),
    retry_at: nullableInstant.meta({ description: 'While it backs off.' }),
    resume_at: nullableInstant.meta({ description: 'While it waits for quota.' }),
    message: z.string().nullable().meta({ description: 'What it does now, in one sentence.' }),
  })
  .meta({ id: 'JobProgress' });

export const jobAnswer = z
  .object({
    ...shared,
    sync_type: z.enum(SYNC_TYPES),
    data_model: z.enum(DATA_MODELS),
    parent_job_id: z.null(),
    retry_count: z.int(),
    priority: z.int(),
    variables: z.object({
      sync_from: instant.nullable(),
      pages: z.int(),
    }),
    error: jobErrorAnswer,
    progress: jobProgress,
    config_id: z.string(),
    job_type: z.literal('PULL'),
    response_length: z.int().meta({ description: 'Records fetched.' }),
    response_size: z.null(),
    rate_limit_sleep_time: z.int().meta({ description: 'Milliseconds spent waiting for quota.' }),
    ...detail,
  })
  .meta({ id: 'Job' });
