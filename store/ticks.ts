import { collapse, jitterMs, nextDue } from '../core/schedule';
import { toSchedule } from '../core/sync-config';
import type { DataModel } from '../core/unified/models';
import type { Tx } from './database';
import { insertSync, newSyncId, writtenAsAsked } from './jobs';
import { CONNECTION_COLUMNS, MODEL_COLUMNS, one } from './locks';
import { modelsWithInitialJob } from './queue';
import { type ConnectionRow, type HeldModel, isActive, type ModelRow } from './rows';

/**
 * Writes the tick that is due for a model: **one** sync with the jobs of all models of the connection due at that same
 * instant, and moves all of them on. Whoever comes first does it; the others find nothing due. Ticks that were missed
 * collapse into one job that says how many. Answers the model with its connection, both rows locked; null where nothing
 * was due, with at most the connection's row locked.
 */
export async function writeTick(
  tx: Tx,
  connectionId: bigint,
  dataModel: DataModel,
): Promise<HeldModel | null> {
  const connection = await lockDueConnection(tx, connectionId, dataModel);
  if (connection === null) return null;
  const due = await lockDueModels(tx, connectionId, dataModel);
  const own = due.find((model) => model.data_model === dataModel);
  if (own === undefined) return null;
  const next = await moveOn(tx, connection, own, due);
  await queueOwed(tx, connection, due);
  return { ...connection, ...own, next_fire_at: next };
}

/** Queues one initial sync for those of the models that owe history and have no initial job yet. */
export async function queueOwed(
  tx: Tx,
  connection: ConnectionRow,
  models: readonly ModelRow[],
): Promise<string | null> {
  const owing = models.filter((model) => model.enabled && model.owed_since !== null);
  if (owing.length === 0 || !isActive(connection)) return null;
  const underway = await modelsWithInitialJob(tx, connection.id);
  const jobs = owing
    .filter((model) => !underway.has(model.data_model))
    .map((model) => ({
      dataModel: model.data_model,
      mode: 'incremental' as const,
      since: null,
      allowMassDelete: false,
      missedTicks: 0,
    }));
  if (jobs.length === 0) return null;
  const sync = await insertSync(tx, connection, {
    mode: 'incremental',
    trigger: 'initial',
    dueAt: null,
    jobs,
  });
  return sync.syncId;
}

/** First due time after now for a model's schedule. */
export function firstDue(connection: ConnectionRow, model: Pick<ModelRow, 'config'>): Date | null {
  return nextDue(dueOf(connection, model), connection.now);
}

function dueOf(connection: ConnectionRow, model: Pick<ModelRow, 'config'>) {
  const schedule = toSchedule(model.config);
  return {
    schedule,
    anchor: connection.created_at,
    jitterMs: jitterMs(schedule, connection.id.toString()),
  };
}

/**
 * Locks the connection where a tick may be due. Most looks find nothing due, and need no lock on the connection stronger
 * than theirs; the model is looked at without a lock.
 */
function lockDueConnection(
  tx: Tx,
  connectionId: bigint,
  dataModel: DataModel,
): Promise<ConnectionRow | null> {
  return one(
    tx.$queryRaw<ConnectionRow[]>`
      SELECT ${CONNECTION_COLUMNS} FROM connections c
      WHERE c.id = ${connectionId} AND c.status = 'HEALTHY' AND NOT c.paused AND c.deleted_at IS NULL
        AND EXISTS (SELECT 1 FROM model_states m WHERE m.connection_id = ${connectionId}
          AND m.data_model = ${dataModel} AND m.enabled AND m.next_fire_at <= syncline_now())
      FOR NO KEY UPDATE`,
  );
}

type DueModel = ModelRow & { readonly next_fire_at: Date; readonly now: Date };

/**
 * Locks the models due at the model's own instant, by name; none if it has not passed. In a statement after the
 * connection's lock, without which no one moves a due time. `now` is read with them: the clock of the statement that
 * waited for that lock may lie before a due time that others set meanwhile.
 */
function lockDueModels(tx: Tx, connectionId: bigint, dataModel: DataModel): Promise<DueModel[]> {
  return tx.$queryRaw<DueModel[]>`
    SELECT ${MODEL_COLUMNS}, syncline_now() AS now FROM model_states m
    WHERE m.connection_id = ${connectionId} AND m.enabled AND m.next_fire_at = (
      SELECT next_fire_at FROM model_states
      WHERE connection_id = ${connectionId} AND data_model = ${dataModel} AND enabled
        AND next_fire_at <= syncline_now())
    ORDER BY m.data_model FOR NO KEY UPDATE`;
}

/**
 * Moves models on to their next due times, and writes the sync of those that have begun: without a watermark, before the
 * initial sync, there is nothing to go on from. One whose last auto job no pull has claimed yet gets no second one: that
 * job counts the tick. Answers when the model `own` is due next. The caller holds the rows.
 */
async function moveOn(
  tx: Tx,
  connection: ConnectionRow,
  own: DueModel,
  due: readonly DueModel[],
): Promise<Date | null> {
  const moves = due.map((model) => {
    const { next, missed } = collapse(dueOf(connection, model), own.next_fire_at, own.now);
    return { data_model: model.data_model, has_begun: model.watermark !== null, next, missed };
  });
  const rows = await tx.$queryRaw<{ data_model: DataModel; next_fire_at: Date | null }[]>`
    WITH due AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(moves)}::jsonb)
        AS d(data_model text, has_begun boolean, next timestamptz, missed int)
    ), counted AS (
      UPDATE sync_jobs j SET missed_ticks = j.missed_ticks + d.missed + 1, updated_at = syncline_now()
      FROM due d
      WHERE j.connection_id = ${connection.id} AND j.data_model = d.data_model AND j.state = 'CREATED'
        AND j.trigger = 'auto'
      RETURNING j.data_model
    ), asked AS (
      SELECT data_model, 'incremental' AS mode, NULL::timestamptz AS since, false AS allow_mass_delete,
        missed AS missed_ticks
      FROM due WHERE has_begun AND data_model NOT IN (SELECT data_model FROM counted)
    ), ${writtenAsAsked(connection, newSyncId(), { mode: 'incremental', trigger: 'auto', dueAt: own.next_fire_at })}
    UPDATE model_states m SET next_fire_at = d.next, wake_at = syncline_now()
    FROM due d WHERE m.connection_id = ${connection.id} AND m.data_model = d.data_model
    RETURNING m.data_model, m.next_fire_at`;
  return rows.find((row) => row.data_model === own.data_model)?.next_fire_at ?? null;
}
