import type { z } from 'zod';
import type { WorkerSighting } from '../../infra/temporal-workers';
import { VERSION } from '../../infra/version';
import type {
  ConnectionFacts,
  DatabaseFacts,
  QueueFacts,
  TickFacts,
} from '../../store/read/system';
import type { ApiDeps } from '../deps';
import type { systemAnswer } from '../schemas/system';
import { iso, isoOrNull } from './instants';

/** An idle worker asks for work once a minute. */
const RUNNING_WITHIN_MS = 90_000;

const STARTED_AT = new Date(Date.now() - process.uptime() * 1000);

export function presentSystem(
  facts: {
    /** null = Temporal does not answer. */
    readonly workers: readonly WorkerSighting[] | null;
    readonly database: DatabaseFacts;
    readonly queue: QueueFacts;
    readonly ticks: TickFacts;
    readonly connections: ConnectionFacts;
  },
  config: ApiDeps['config'],
): z.input<typeof systemAnswer> {
  const { database, queue, ticks } = facts;
  return {
    version: VERSION,
    started_at: iso(STARTED_AT),
    node_version: process.versions.node,
    worker: workerOf(facts.workers ?? []),
    temporal: {
      status: facts.workers === null ? 'down' : 'up',
      address: config.temporal.address,
      namespace: config.temporal.namespace,
      ui_url: config.temporalUiUrl,
    },
    database: {
      status: 'up',
      version: database.version,
      size_bytes: database.sizeBytes,
      records_estimate: database.recordsEstimate,
    },
    queue: {
      queued_jobs: queue.queued,
      running_jobs: queue.running,
      oldest_queued_at: isoOrNull(queue.oldestQueuedAt),
    },
    ticks: {
      window_hours: ticks.windowHours,
      on_time: ticks.onTime,
      late: ticks.late,
      collapsed: ticks.collapsed,
      lateness_p50_ms: ticks.latenessP50Ms,
      lateness_p99_ms: ticks.latenessP99Ms,
    },
    connections: facts.connections,
  };
}

function workerOf(workers: readonly WorkerSighting[]) {
  const last = Math.max(...workers.map((worker) => worker.seenAt.getTime()));
  const since = Date.now() - RUNNING_WITHIN_MS;
  const processes = workers.filter((worker) => worker.seenAt.getTime() >= since).length;
  return {
    last_seen_at: workers.length === 0 ? null : iso(new Date(last)),
    is_running: processes > 0,
    processes,
  };
}
