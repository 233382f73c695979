import { collapse, jitterMs, nextDue } from '../core/schedule';
import { toSchedule } from '../core/sync-config';
import type { DataModel } from '../core/unified/models';
import type { Tx } from './database';
import { insertSync, type NewJob } from './jobs';
import { lockConnection, lockModels } from './locks';
import { modelsWithInitialJob } from './queue';
import { type ConnectionRow, isActive, type ModelRow } from './rows';

/**
 * Writes the tick that is due for a model: **one** sync with the jobs of all models of the connection due at that same
 * instant, and moves all of them on. Whoever comes first does it; the others find nothing due. Ticks that were missed
 * collapse into one job that says how many. Takes the connection's and the models' rows.
 */
export async function writeTick(tx: Tx, connectionId: bigint, dataModel: DataModel): Promise<void> {
  const connection = await lockConnection(tx, connectionId);
  if (connection === null || !isActive(connection)) return;
  const found = await dueInstant(tx, connectionId, dataModel);
  if (found === null) return;
  const { instant, now } = found;
  const due = (await lockModels(tx, connectionId)).filter(
    (model) => model.enabled && model.next_fire_at?.getTime() === instant.getTime(),
  );
  const jobs: NewJob[] = [];
  for (const model of due) {
    const { missed, next } = collapse(dueOf(connection, model), instant, now);
    await moveOn(tx, connectionId, model.data_model, next);
    // Ticks begin after the initial sync: without a watermark there is nothing to go on from.
    if (model.watermark === null) continue;
    if (await raiseUnclaimed(tx, connectionId, model.data_model, missed + 1)) continue;
    jobs.push({
      dataModel: model.data_model,
      mode: 'incremental',
      since: null,
      allowMassDelete: false,
      missedTicks: missed,
    });
  }
  if (jobs.length > 0) {
    await insertSync(tx, connection, {
      mode: 'incremental',
      trigger: 'auto',
      dueAt: instant,
      jobs,
    });
  }
  await queueOwed(tx, connection, due);
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
 * The model's due time if it has passed; read under the connection's lock, without which no one moves it. `now` is read
 * with it: the clock of the statement that waited for the lock may lie before a due time that others set meanwhile.
 */
async function dueInstant(
  tx: Tx,
  connectionId: bigint,
  dataModel: DataModel,
): Promise<{ instant: Date; now: Date } | null> {
  const [row] = await tx.$queryRaw<{ instant: Date; now: Date }[]>`
    SELECT next_fire_at AS instant, syncline_now() AS now FROM model_states
    WHERE connection_id = ${connectionId} AND data_model = ${dataModel} AND enabled
      AND next_fire_at <= syncline_now()`;
  return row ?? null;
}

async function moveOn(
  tx: Tx,
  connectionId: bigint,
  dataModel: DataModel,
  next: Date | null,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE model_states SET next_fire_at = ${next}, wake_at = syncline_now()
    WHERE connection_id = ${connectionId} AND data_model = ${dataModel}`;
}

/** A model whose last auto job no pull has claimed yet gets no second one. */
async function raiseUnclaimed(
  tx: Tx,
  connectionId: bigint,
  dataModel: DataModel,
  ticks: number,
): Promise<boolean> {
  const raised = await tx.$executeRaw`
    UPDATE sync_jobs SET missed_ticks = missed_ticks + ${ticks}, updated_at = syncline_now()
    WHERE connection_id = ${connectionId} AND data_model = ${dataModel}
      AND state = 'CREATED' AND trigger = 'auto'`;
  return raised > 0;
}
