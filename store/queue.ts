import type { Lane, PullKind, SyncMode, Trigger } from '../core/names';
import { laneOf, type OpenPull, type Queue, type QueuedJob } from '../core/queue';
import type { DataModel } from '../core/unified/models';
import { kindOf } from '../core/windows';
import type { Tx } from './database';
import { type HeldModel, isActive } from './rows';

/** An open job of a data model, as the queue holds it. */
export interface OpenJob {
  id: bigint;
  mode: SyncMode;
  trigger: Trigger;
  since: Date | null;
  allow_mass_delete: boolean;
  state: 'CREATED' | 'RUNNING';
  pull_id: bigint | null;
  created_at: Date;
}

interface OpenPullRow {
  open_id: bigint;
  kind: PullKind;
  taken_at: Date;
  retry_at: Date | null;
  resume_at: Date | null;
  lane: Lane;
  attempts: number;
  error_code: string | null;
  error_message: string | null;
}

export interface ModelQueue {
  readonly queue: Queue;
  readonly jobs: readonly OpenJob[];
  /** Each once for every job it has claimed. */
  readonly pulls: readonly OpenPullRow[];
}

/** An open job, an open pull, a job beside the pull that has claimed it, or neither. */
type QueueRow = { now: Date; incremental_ended_at: Date | null } & (OpenJob | { id: null }) &
  (OpenPullRow | { open_id: null });

/** The facts `core/queue.ts` decides on. The caller holds the model's row, so they stay true until it commits. */
export async function readQueue(tx: Tx, model: HeldModel): Promise<ModelQueue> {
  const rows = await tx.$queryRaw<QueueRow[]>`
    SELECT syncline_now() AS now, (
        SELECT ended_at FROM pulls
        WHERE connection_id = ${model.id} AND data_model = ${model.data_model}
          AND kind = 'incremental' AND state <> 'RUNNING'
        ORDER BY id DESC LIMIT 1
      ) AS incremental_ended_at,
      p.id AS open_id, p.kind, p.taken_at, p.retry_at, p.resume_at, p.lane, p.attempts, p.error_code, p.error_message,
      j.id, j.mode, j.trigger, j.since, j.allow_mass_delete, j.state, j.pull_id, j.created_at
    FROM (SELECT 1) AS always LEFT JOIN (
      (SELECT * FROM pulls WHERE connection_id = ${model.id} AND data_model = ${model.data_model}
        AND state = 'RUNNING') p
      FULL JOIN (SELECT * FROM sync_jobs WHERE connection_id = ${model.id}
        AND data_model = ${model.data_model} AND state IN ('CREATED', 'RUNNING')) j ON j.pull_id = p.id
    ) ON true
    ORDER BY j.id`;
  const pulls = rows.filter((row) => row.open_id !== null);
  const jobs = rows.filter((row) => row.id !== null);
  const side = (kind: PullKind) => ({
    open: openPull(pulls, jobs, kind),
    queued: queued(jobs, model.watermark, kind),
  });
  return {
    jobs,
    pulls,
    queue: {
      now: rows[0]?.now ?? model.now,
      incremental: side('incremental'),
      backfill: side('backfill'),
      incrementalEndedAt: rows[0]?.incremental_ended_at ?? null,
      nextTickAt: isActive(model) && model.enabled ? model.next_fire_at : null,
    },
  };
}

/** The queued jobs of one kind. */
export function queuedJobs(
  jobs: readonly OpenJob[],
  watermark: Date | null,
  kind: PullKind,
): OpenJob[] {
  return jobs.filter((job) => job.state === 'CREATED' && kindOf(job, watermark) === kind);
}

/** Whether a model has an initial job queued or open. */
export async function modelsWithInitialJob(tx: Tx, connectionId: bigint): Promise<Set<DataModel>> {
  const rows = await tx.$queryRaw<{ data_model: DataModel }[]>`
    SELECT DISTINCT data_model FROM sync_jobs
    WHERE connection_id = ${connectionId} AND trigger = 'initial' AND state IN ('CREATED', 'RUNNING')`;
  return new Set(rows.map((row) => row.data_model));
}

function openPull(
  pulls: readonly OpenPullRow[],
  jobs: readonly OpenJob[],
  kind: PullKind,
): OpenPull | null {
  const row = pulls.find((pull) => pull.kind === kind);
  if (row === undefined) return null;
  return {
    id: row.open_id,
    takenAt: row.taken_at,
    retryAt: row.retry_at,
    resumeAt: row.resume_at,
    lane: row.lane,
    jobLanes: jobs.filter((job) => job.pull_id === row.open_id).map(laneOf),
  };
}

function queued(jobs: readonly OpenJob[], watermark: Date | null, kind: PullKind): QueuedJob[] {
  return queuedJobs(jobs, watermark, kind).map((job) => ({
    id: job.id,
    createdAt: job.created_at,
    lane: laneOf(job),
  }));
}
