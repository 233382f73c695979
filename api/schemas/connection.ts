import { z } from 'zod';
import { JOB_ERROR_CODES } from '../../core/errors';
import { REASONS } from '../../core/explain';
import {
  CONNECTION_STATUSES,
  FREQUENCIES,
  INTEGRATION_CATEGORIES,
  JOB_STATES,
  LANES,
  PULL_KINDS,
} from '../../core/names';
import { DATA_MODELS } from '../../core/unified/models';
import { CHANGES_SHOWN } from '../../store/read/model-history';
import { instant, nullableInstant, rootfiFields } from './common';
import { syncConfigAnswer } from './sync-config';

export const SYNC_STATUSES = ['IDLE', 'FETCHING', 'SLEEPING', 'PARSING', 'RUNNING'] as const;
export type SyncStatus = (typeof SYNC_STATUSES)[number];

const rateLimits = z
  .object({
    counters: z.record(z.string(), z.int()),
    lastReset: z.record(z.string(), z.string()),
    maxLimits: z.record(z.string(), z.int()),
  })
  .meta({
    id: 'RateLimits',
    description:
      'What the quota ledger of the platform account holds. Windows without a known limit are left out.',
  });

export const connectionAnswer = z
  .object({
    ...rootfiFields,
    rootfi_company_id: z.int(),
    integration_type: z.string(),
    category: z.enum(INTEGRATION_CATEGORIES),
    connection_status: z.enum(CONNECTION_STATUSES),
    paused: z.boolean(),
    sync_status: z.enum(SYNC_STATUSES),
    sync_resume_at: nullableInstant.meta({
      description: 'While SLEEPING: when it goes on by itself.',
    }),
    last_synced: nullableInstant,
    rate_limits: rateLimits,
    tally_last_active_at: z.null(),
    zoho_sub_calls_enabled: z.boolean(),
    sync_config: z.array(syncConfigAnswer),
    follows_organisation: z
      .boolean()
      .meta({ description: "Whether its sync config is the organisation's." }),
  })
  .meta({ id: 'Connection' });

const recordCounts = z
  .object({
    live: z.int(),
    deleted: z.int(),
    quarantined: z.int().meta({ description: 'Counted up to 100,000.' }),
  })
  .meta({ id: 'RecordCounts' });

const status = z
  .enum(REASONS)
  .meta({ id: 'ModelStatus', description: 'Why the data model is where it is; see `explain`.' });

export const modelAnswer = z
  .object({
    data_model: z.enum(DATA_MODELS),
    enabled: z.boolean(),
    frequency: z.enum(FREQUENCIES).nullable(),
    interval: z.int().nullable(),
    cron: z.string().nullable(),
    timezone: z.string().nullable(),
    priority: z.int(),
    watermark: nullableInstant.meta({ description: 'Instant up to which the data is complete.' }),
    covered_from: nullableInstant.meta({
      description:
        'Instant from which the data is complete; null = from the beginning, or nothing yet.',
    }),
    next_sync_at: nullableInstant,
    last_success_at: nullableInstant,
    records: recordCounts,
    status,
    frequency_words: z.string().meta({ description: '"every hour", "cron 0 6 * * * UTC".' }),
    message: z.string().meta({ description: 'Its status in one sentence.' }),
    action: z.string().nullable().meta({ description: 'What a person can do.' }),
    resumes_at: nullableInstant.meta({ description: 'When it goes on by itself.' }),
    deletions_held: z.int(),
    changes: z
      .array(z.int())
      .max(CHANGES_SHOWN)
      .meta({
        description: `Records that each of the last ${CHANGES_SHOWN} ended jobs inserted, changed, revived or deleted, oldest first.`,
      }),
    last_sync: z
      .object({ sync_id: z.string(), status: z.enum(JOB_STATES), ended_at: instant })
      .nullable()
      .meta({ description: 'Of its last ended job; `status` is that of the job.' }),
  })
  .meta({ id: 'ConnectionModel' });

const openPull = z
  .object({
    kind: z.enum(PULL_KINDS),
    lane: z.enum(LANES),
    started_at: nullableInstant,
    attempts: z.int(),
    pages: z.int(),
    fetched: z.int(),
  })
  .meta({ id: 'OpenPull' });

export const explanationAnswer = z
  .object({
    data_model: z.enum(DATA_MODELS),
    reason: status,
    since: nullableInstant,
    resumes_at: nullableInstant.meta({
      description: 'When it goes on by itself; null where that is not a matter of time.',
    }),
    message: z.string(),
    action: z.string().nullable().meta({ description: 'What a person can do.' }),
    evidence: z.object({
      pull: openPull.nullable().meta({ description: 'The pull it speaks of.' }),
      queued_jobs: z.int(),
      history_owed_since: nullableInstant.meta({
        description: 'From when history is still to be loaded; see `history_owed`.',
      }),
      history_owed: z.boolean(),
      next_due_at: nullableInstant,
      last_success_at: nullableInstant,
      last_error: z
        .object({
          code: z.enum(JOB_ERROR_CODES),
          message: z.string(),
          at: nullableInstant,
        })
        .nullable()
        .meta({ description: 'Of the last pull, where it failed.' }),
      deletions_held: z.int(),
      records: recordCounts,
    }),
  })
  .meta({ id: 'Explanation' });
