import type { JobError } from '../core/errors';
import { Prisma } from '../prisma/generated/client';
import type { Tx } from './database';
import { closeSyncs, COUNTS_JSON, SYNCS_OF_JOBS } from './jobs';
import type { ModelRow } from './rows';

type Covered = Pick<ModelRow, 'watermark' | 'covered_from' | 'owed_since'>;

/** Pages of a listing that held nothing, and that are not stored by themselves. */
export interface EmptyPages {
  readonly pages: number;
  /** As `Page.firstDate`. */
  readonly firstDate: Date | null;
}

/** How a pull ends. */
export interface PullEnd {
  readonly state: 'SUCCESS' | 'FAILED';
  readonly error: JobError | null;
  /** How its sweep came out; absent: what is known of it stays. */
  readonly sweep?: { readonly skipped: boolean; readonly done: boolean };
  /** Pages with which its listing ended, and which nothing has counted yet. */
  readonly emptyEnd?: EmptyPages | null;
  /** How far the model is complete by a success; absent: as far as it was. */
  readonly covered?: Covered;
}

/**
 * Ends an open pull and its jobs, brings the model's record counts up to date and forgets what the pull had seen; a
 * held pull's list of rows confirmed gone stays until the model's next sweep, to be shown. The caller holds the
 * model's row.
 */
export async function endPull(tx: Tx, pullId: bigint, end: PullEnd): Promise<void> {
  const { skipped = null, done = null } = end.sweep ?? {};
  const syncs = await tx.$queryRaw<{ id: bigint }[]>`
    WITH p AS (
      UPDATE pulls SET state = ${end.state}, ended_at = syncline_now(), retry_at = NULL, resume_at = NULL,
        error_code = ${end.error?.code ?? null}, error_message = ${end.error?.message ?? null},
        sweep_skipped = coalesce(${skipped}::boolean, sweep_skipped),
        pages = pages + ${end.emptyEnd?.pages ?? 0}::int,
        first_date = coalesce(first_date, ${end.emptyEnd?.firstDate ?? null}::timestamptz),
        deletions_held = CASE ${done}::boolean WHEN true THEN 0 WHEN false THEN greatest(0, deletions_held - deleted)
          ELSE deletions_held END
      WHERE id = ${pullId} AND state = 'RUNNING'
      RETURNING *
    ), forgotten AS (
      DELETE FROM pull_seen s USING p
      WHERE s.pull_id = p.id AND NOT (s.gone AND p.state = 'SUCCESS' AND p.deletions_held > 0)
    ), model AS (
      UPDATE model_states m SET live_records = m.live_records + p.inserted + p.revived - p.deleted,
        deleted_records = m.deleted_records + p.deleted - p.revived
        ${end.covered === undefined ? Prisma.empty : covering(end.covered)}
      FROM p WHERE m.connection_id = p.connection_id AND m.data_model = p.data_model
    ), jobs AS (
      UPDATE sync_jobs j SET state = p.state, error_code = p.error_code, error_message = p.error_message,
        counts = ${COUNTS_JSON}, pages = p.pages, slept_ms = p.slept_ms, retries = p.retries,
        deletions_held = p.deletions_held, sweep_skipped = p.sweep_skipped,
        ended_at = syncline_now(), updated_at = syncline_now()
      FROM p WHERE j.pull_id = p.id AND j.state = 'RUNNING'
      RETURNING j.sync_id
    ) ${SYNCS_OF_JOBS}`;
  await closeSyncs(tx, syncs);
}

function covering(model: Covered): Prisma.Sql {
  return Prisma.sql`, watermark = ${model.watermark}, covered_from = ${model.covered_from},
    owed_since = ${model.owed_since}, last_success_at = syncline_now()`;
}

/** Ends, FAILED, every open pull that `which` selects, with its jobs. The caller holds the models' rows. */
export async function failPulls(tx: Tx, which: Prisma.Sql, error: JobError): Promise<void> {
  const open = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT p.id FROM pulls p WHERE p.state = 'RUNNING' AND ${which} ORDER BY p.id FOR NO KEY UPDATE`;
  for (const pull of open) await endPull(tx, pull.id, { state: 'FAILED', error });
}

/** Forgets the lists that earlier held pulls of the model left to be shown; a new sweep answers anew. */
export async function forgetHeldLists(tx: Tx, pullId: bigint): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM pull_seen s USING pulls p, pulls mine
    WHERE mine.id = ${pullId} AND p.connection_id = mine.connection_id AND p.data_model = mine.data_model
      AND p.id < mine.id AND p.state <> 'RUNNING' AND s.pull_id = p.id`;
}
