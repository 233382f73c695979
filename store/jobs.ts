import { randomBytes } from 'node:crypto';
import type { JobError } from '../core/errors';
import type { SyncMode, Trigger } from '../core/names';
import type { DataModel } from '../core/unified/models';
import { Prisma } from '../prisma/generated/client';
import type { Tx } from './database';
import type { ConnectionRow } from './rows';

/** Writer of syncs and sync_jobs. */

export interface NewJob {
  dataModel: DataModel;
  mode: SyncMode;
  since: Date | null;
  allowMassDelete: boolean;
  missedTicks: number;
}

interface SyncFacts {
  mode: SyncMode;
  trigger: Trigger;
  dueAt: Date | null;
}

export interface NewSync extends SyncFacts {
  jobs: NewJob[];
}

/** Sixteen characters that need no escaping in a path. */
export function newSyncId(): string {
  return randomBytes(8).toString('hex');
}

/**
 * Writes a sync and its jobs, and has their models looked at. The caller holds the connection's row. One statement, and
 * the models' rows come last in it: those who ask at one instant wait for each other no longer than for its commit.
 */
export async function insertSync(
  tx: Tx,
  connection: ConnectionRow,
  sync: NewSync,
): Promise<{ id: bigint; syncId: string }> {
  const syncId = newSyncId();
  const dataModels = sync.jobs.map((job) => job.dataModel);
  const [row] = await tx.$queryRaw<{ id: bigint }[]>`
    WITH asked AS (
      SELECT * FROM jsonb_to_recordset(${jobsJson(sync.jobs)}::jsonb)
        AS j(data_model text, mode text, since timestamptz, allow_mass_delete boolean, missed_ticks int)
    ), ${writtenAsAsked(connection, syncId, sync)}, woken AS (
      UPDATE model_states m SET wake_at = syncline_now() ${lockedModels(connection.id, dataModels)}
    )
    SELECT id FROM written`;
  if (row === undefined) throw new Error('The sync was not written');
  return { id: row.id, syncId };
}

/**
 * Goes on with a statement that has `asked` for jobs (`data_model`, `mode`, `since`, `allow_mass_delete`,
 * `missed_ticks`): they and their sync are `written`; none where none is asked for.
 */
export function writtenAsAsked(
  connection: ConnectionRow,
  syncId: string,
  sync: SyncFacts,
): Prisma.Sql {
  return Prisma.sql`
    written AS (
      INSERT INTO syncs (sync_id, organisation_id, company_id, connection_id, integration_type, mode, trigger,
        data_models, due_at, created_at, updated_at)
      SELECT ${syncId}, ${connection.organisation_id}, ${connection.company_id}, ${connection.id},
        ${connection.integration_type}, ${sync.mode}, ${sync.trigger}, array_agg(data_model), ${sync.dueAt}::timestamptz,
        syncline_now(), syncline_now()
      FROM asked HAVING count(*) > 0
      RETURNING id, due_at
    ), jobs AS (
      INSERT INTO sync_jobs (sync_id, connection_id, data_model, mode, trigger, since, allow_mass_delete, due_at,
        missed_ticks, created_at, updated_at)
      SELECT written.id, ${connection.id}, j.data_model, j.mode, ${sync.trigger}, j.since, j.allow_mass_delete,
        written.due_at, j.missed_ticks, syncline_now(), syncline_now()
      FROM written, asked j
    )`;
}

/** Has the models' workflows look again; if the signal is lost, the repairer finds `wake_at` in the past. */
export async function wakeModels(
  tx: Tx,
  connectionId: bigint,
  dataModels: readonly DataModel[],
): Promise<void> {
  await tx.$executeRaw`
    UPDATE model_states m SET wake_at = syncline_now() ${lockedModels(connectionId, dataModels)}`;
}

/** Restricts an update of `model_states m` to some models of a connection, locked by name. */
function lockedModels(connectionId: bigint, dataModels: readonly DataModel[]): Prisma.Sql {
  return Prisma.sql`
    FROM (SELECT data_model FROM model_states
          WHERE connection_id = ${connectionId} AND data_model = ANY(${[...dataModels]}::text[])
          ORDER BY data_model FOR NO KEY UPDATE) locked
    WHERE m.connection_id = ${connectionId} AND m.data_model = locked.data_model`;
}

/**
 * Ends the open jobs that `which` selects, FAILED, and closes the syncs they were the last of. The caller holds the
 * rows of their models.
 */
export async function failJobs(tx: Tx, which: Prisma.Sql, error: JobError): Promise<void> {
  const syncs = await tx.$queryRaw<{ id: bigint }[]>`
    WITH jobs AS (
      UPDATE sync_jobs j SET state = 'FAILED', error_code = ${error.code}, error_message = ${error.message},
        started_at = coalesce(j.started_at, syncline_now()), ended_at = syncline_now(), updated_at = syncline_now()
      WHERE j.state IN ('CREATED', 'RUNNING') AND ${which}
      RETURNING j.sync_id
    ) ${SYNCS_OF_JOBS}`;
  await closeSyncs(tx, syncs);
}

/** Ends a statement (`WITH jobs …`) that has ended jobs: locks their syncs, by id. */
export const SYNCS_OF_JOBS = Prisma.sql`
  SELECT id FROM syncs WHERE id IN (SELECT sync_id FROM jobs) ORDER BY id FOR NO KEY UPDATE`;

/** A pull's counts as a job keeps them. */
export const COUNTS_JSON = Prisma.sql`jsonb_build_object('fetched', p.fetched, 'inserted', p.inserted,
  'changed', p.changed, 'unchanged', p.unchanged, 'revived', p.revived, 'repeated', p.repeated,
  'quarantined', p.quarantined, 'deleted', p.deleted)`;

/** Goes on with a statement that has `taken` a pull: it claims jobs, and their syncs run, locked by id. */
export function claimedByTaken(jobIds: readonly bigint[]): Prisma.Sql {
  return Prisma.sql`
    claimed AS (
      UPDATE sync_jobs j SET state = 'RUNNING', pull_id = taken.id, started_at = syncline_now(),
        updated_at = syncline_now()
      FROM taken WHERE j.id = ANY(${[...jobIds]}::bigint[]) AND j.state = 'CREATED'
      RETURNING j.sync_id
    ), locked AS (
      SELECT id FROM syncs WHERE id IN (SELECT sync_id FROM claimed) ORDER BY id FOR NO KEY UPDATE
    ), running AS (
      UPDATE syncs s SET status = 'RUNNING', started_at = syncline_now(), updated_at = syncline_now()
      FROM locked WHERE s.id = locked.id AND s.status = 'CREATED'
    )`;
}

/**
 * Closes those of the syncs that have no open job left. Each sync's row has been locked in a statement before this one
 * counts its jobs, so that of two jobs that end at one instant the later one sees the other, and closes. One by one: a
 * statement for a list of them would be planned anew each time, which takes longer than it does.
 */
export async function closeSyncs(tx: Tx, locked: readonly { id: bigint }[]): Promise<void> {
  for (const { id } of locked) {
    await tx.$executeRaw`
      UPDATE syncs s SET status = t.status, started_at = coalesce(s.started_at, syncline_now()),
        ended_at = syncline_now(), updated_at = syncline_now()
      FROM (
        SELECT CASE WHEN bool_or(state = 'FAILED') THEN 'FAILED' ELSE 'SUCCESS' END AS status
        FROM sync_jobs WHERE sync_id = ${id} HAVING bool_and(state IN ('SUCCESS', 'FAILED'))
      ) t
      WHERE s.id = ${id} AND s.ended_at IS NULL`;
  }
}

function jobsJson(jobs: readonly NewJob[]): string {
  return JSON.stringify(
    jobs.map((job) => ({
      data_model: job.dataModel,
      mode: job.mode,
      since: job.since,
      allow_mass_delete: job.allowMassDelete,
      missed_ticks: job.missedTicks,
    })),
  );
}
