import { z } from 'zod';
import { JOB_ERROR_CODES } from '../../core/errors';
import { CONNECTION_STATUSES, INTEGRATION_CATEGORIES } from '../../core/names';
import { DATA_MODELS } from '../../core/unified/models';
import { instant, nullableInstant } from './common';
import { SYNC_STATUSES } from './connection';

const dashboardConnection = z
  .object({
    rootfi_id: z.int(),
    integration_type: z.string(),
    category: z.enum(INTEGRATION_CATEGORIES),
    connection_status: z.enum(CONNECTION_STATUSES),
    sync_status: z.enum(SYNC_STATUSES),
    paused: z.boolean(),
    sync_resume_at: nullableInstant,
  })
  .meta({ id: 'DashboardConnection' });

export const dashboardCompany = z
  .object({
    rootfi_id: z.int(),
    rootfi_created_at: instant,
    name: z.string(),
    partner_id: z.string().nullable(),
    connections: z.array(dashboardConnection),
    freshness_at: nullableInstant.meta({
      description:
        'The oldest last success among its enabled data models that have a schedule; null while one of them has never succeeded, or where there is none.',
    }),
    last_synced: nullableInstant.meta({ description: 'The newest success of any data model.' }),
    last_error: z
      .object({
        code: z.enum(JOB_ERROR_CODES),
        message: z.string(),
        at: instant,
        data_model: z.enum(DATA_MODELS),
        sync_id: z.string(),
      })
      .nullable()
      .meta({
        description:
          'Of the newest failed job, among the data models whose last job failed; a later success takes it back.',
      }),
    records: z.int().meta({ description: 'Live records of all its connections.' }),
  })
  .meta({ id: 'DashboardCompany' });
