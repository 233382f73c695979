import type { Lane, PullKind, SyncMode, Trigger } from '../core/names';
import { laneOf, type OpenPull, type Queue, type QueuedJob } from '../core/queue';
import type { DataModel } from '../core/unified/models';
import { kindOf } from '../core/windows';
import type { Tx } from './database';
import { type ConnectionRow, isActive, type ModelRow } from './rows';

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
  id: bigint;
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
  readonly pulls: readonly OpenPullRow[];
}

/** The facts `core/queue.ts` decides on. The caller holds the model's row, so they stay true until it commits. */
export async function readQueue(
  tx: Tx,
  connection: ConnectionRow,
  model: ModelRow,
): Promise<ModelQueue> {
  const pulls = await tx.$queryRaw<OpenPullRow[]>`
    SELECT id, kind, taken_at, retry_at, resume_at, lane, attempts, error_code, error_message FROM pulls
    WHERE connection_id = ${connection.id} AND data_model = ${model.data_model} AND state = 'RUNNING'`;
  const jobs = await tx.$queryRaw<OpenJob[]>`
    SELECT id, mode, trigger, since, allow_mass_delete, state, pull_id, created_at FROM sync_jobs
    WHERE connection_id = ${connection.id} AND data_model = ${model.data_model}
      AND state IN ('CREATED', 'RUNNING')
    ORDER BY id`;
  const [facts] = await tx.$queryRaw<{ now: Date; incremental_ended_at: Date | null }[]>`
    SELECT syncline_now() AS now, (
      SELECT ended_at FROM pulls
      WHERE connection_id = ${connection.id} AND data_model = ${model.data_model}
        AND kind = 'incremental' AND state <> 'RUNNING'
      ORDER BY id DESC LIMIT 1
    ) AS incremental_ended_at`;
  const side = (kind: PullKind) => ({
    open: openPull(pulls, jobs, kind),
    queued: queued(jobs, model.watermark, kind),
  });
  return {
    jobs,
    pulls,
    queue: {
      now: facts?.now ?? connection.now,
      incremental: side('incremental'),
      backfill: side('backfill'),
      incrementalEndedAt: facts?.incremental_ended_at ?? null,
      nextTickAt: isActive(connection) && model.enabled ? model.next_fire_at : null,
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
    id: row.id,
    takenAt: row.taken_at,
    retryAt: row.retry_at,
    resumeAt: row.resume_at,
    lane: row.lane,
    jobLanes: jobs.filter((job) => job.pull_id === row.id).map(laneOf),
  };
}

function queued(jobs: readonly OpenJob[], watermark: Date | null, kind: PullKind): QueuedJob[] {
  return queuedJobs(jobs, watermark, kind).map((job) => ({
    id: job.id,
    createdAt: job.created_at,
    lane: laneOf(job),
  }));
}
