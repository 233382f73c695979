import type { JobError } from '../core/errors';
import type { Prisma } from '../prisma/generated/client';
import type { Tx } from './database';
import { endJobsOfPull } from './jobs';

/** How a pull ends. */
export interface PullEnd {
  readonly state: 'SUCCESS' | 'FAILED';
  readonly error: JobError | null;
  /** How its sweep came out; absent: what is known of it stays. */
  readonly sweep?: { readonly skipped: boolean; readonly done: boolean };
}

/**
 * Ends an open pull and its jobs, brings the model's record counts up to date and forgets what the pull had seen; a
 * held pull's list of rows confirmed gone stays until the model's next sweep, to be shown. The caller holds the
 * model's row.
 */
export async function endPull(tx: Tx, pullId: bigint, end: PullEnd): Promise<void> {
  const { skipped = null, done = null } = end.sweep ?? {};
  await tx.$executeRaw`
    WITH ended AS (
      UPDATE pulls SET state = ${end.state}, ended_at = syncline_now(), retry_at = NULL, resume_at = NULL,
        error_code = ${end.error?.code ?? null}, error_message = ${end.error?.message ?? null},
        sweep_skipped = coalesce(${skipped}::boolean, sweep_skipped),
        deletions_held = CASE ${done}::boolean WHEN true THEN 0 WHEN false THEN greatest(0, deletions_held - deleted)
          ELSE deletions_held END
      WHERE id = ${pullId} AND state = 'RUNNING'
      RETURNING id, connection_id, data_model, inserted + revived - deleted AS live, deleted - revived AS dead,
        state = 'SUCCESS' AND deletions_held > 0 AS keeps_list
    ), forgotten AS (
      DELETE FROM pull_seen s USING ended WHERE s.pull_id = ended.id AND NOT (s.gone AND ended.keeps_list)
    )
    UPDATE model_states m SET live_records = m.live_records + ended.live,
      deleted_records = m.deleted_records + ended.dead
    FROM ended WHERE m.connection_id = ended.connection_id AND m.data_model = ended.data_model`;
  await endJobsOfPull(tx, pullId, end.state, end.error);
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
