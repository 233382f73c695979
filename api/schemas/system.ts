import { z } from 'zod';
import { instant, nullableInstant } from './common';

const upOrDown = z.enum(['up', 'down']);
const count = z.int().min(0);

export const systemAnswer = z
  .object({
    version: z.string(),
    started_at: instant.meta({ description: 'When the API process that answers was started.' }),
    node_version: z.string(),
    worker: z.object({
      last_seen_at: nullableInstant.meta({
        description: 'When a worker last asked Temporal for work; an idle one asks once a minute.',
      }),
      is_running: z.boolean(),
      processes: count.meta({ description: 'Those that asked within the last 90 s.' }),
    }),
    temporal: z.object({
      status: upOrDown,
      address: z.string(),
      namespace: z.string(),
      ui_url: z.string().nullable(),
    }),
    database: z.object({
      status: upOrDown,
      version: z.string(),
      size_bytes: count,
      records_estimate: count.meta({
        description: "Of all organisations, by the server's statistics.",
      }),
    }),
    queue: z.object({
      queued_jobs: count,
      running_jobs: count,
      oldest_queued_at: nullableInstant,
    }),
    ticks: z
      .object({
        window_hours: z.number().meta({
          description: '24, or less where that would be more than 10,000 syncs.',
        }),
        on_time: count,
        late: count,
        collapsed: count,
        lateness_p50_ms: z.number().nullable(),
        lateness_p99_ms: z.number().nullable(),
      })
      .meta({
        description:
          'Jobs of auto syncs: begun within 10 s of their due time, later, and due times that were missed and went into the next one.',
      }),
    connections: z
      .object({
        healthy: count,
        sleeping: count,
        expired: count,
        disconnected: count,
        paused: count,
        pending: count,
      })
      .meta({ description: 'Each connection counts once.' }),
  })
  .meta({ id: 'System' });
