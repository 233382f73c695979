import {
  isEnabled,
  neverTicks,
  type SyncConfigEntry,
  syncFromOf,
  toSchedule,
} from '../core/sync-config';
import type { DataModel } from '../core/unified/models';
import { toColumn } from '../core/windows';
import { Prisma } from '../prisma/generated/client';
import type { Tx } from './database';
import { failPulls } from './end-pull';
import { failJobs, wakeModels } from './jobs';
import { lockModels } from './locks';
import type { ConnectionRow, ModelRow } from './rows';
import { firstDue, queueOwed } from './ticks';

/**
 * Applies a sync config to the model states of a connection: enables, disables (which ends the model's jobs and keeps
 * its rows), sets due times where the schedule changed, notes what history is owed and queues what it has come to owe.
 * A config that is equal to the applied one moves nothing. The caller holds the connection's row with `lockConnection`.
 */
export async function applyConfig(
  tx: Tx,
  connection: ConnectionRow,
  list: { entries: readonly SyncConfigEntry[]; version: bigint },
): Promise<void> {
  const owing = new Set<DataModel>();
  for (const model of await lockModels(tx, connection.id)) {
    const entry = list.entries.find((each) => each.data_model === model.data_model);
    const owes = await applyEntry(tx, connection, model, entry ?? disabledEntry(model));
    if (owes) owing.add(model.data_model);
  }
  await tx.$executeRaw`
    UPDATE connections SET applied_config_version = ${list.version}, updated_at = syncline_now()
    WHERE id = ${connection.id}`;
  const models = await lockModels(tx, connection.id);
  await queueOwed(
    tx,
    connection,
    models.filter((model) => owing.has(model.data_model)),
  );
}

/** Adds the states of models that the connection does not have yet, disabled. */
export async function insertModels(
  tx: Tx,
  connectionId: bigint,
  dataModels: readonly DataModel[],
): Promise<void> {
  const rows = dataModels.map((dataModel) => ({
    data_model: dataModel,
    config: { data_model: dataModel, enabled: false },
  }));
  await tx.$executeRaw`
    INSERT INTO model_states (connection_id, data_model, enabled, config)
    SELECT ${connectionId}, r.data_model, false, r.config
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(data_model text, config jsonb)
    ON CONFLICT DO NOTHING`;
}

function disabledEntry(model: ModelRow): SyncConfigEntry {
  return { ...model.config, enabled: false };
}

/** Answers whether the model has come to owe history by it. */
async function applyEntry(
  tx: Tx,
  connection: ConnectionRow,
  model: ModelRow,
  entry: SyncConfigEntry,
): Promise<boolean> {
  const enabled = isEnabled(entry);
  if (!enabled) {
    if (model.enabled) await disable(tx, connection, model);
    await store(tx, connection, model, { entry, enabled, owedSince: null, nextFireAt: null });
    return false;
  }
  const rescheduled =
    !model.enabled ||
    JSON.stringify(toSchedule(model.config)) !== JSON.stringify(toSchedule(entry));
  const owes = owesBy(model, entry);
  const owedBefore = neverTicks(entry) ? null : model.owed_since;
  await store(tx, connection, model, {
    entry,
    enabled,
    owedSince: owes ? toColumn(syncFromOf(entry)) : owedBefore,
    nextFireAt: rescheduled ? firstDue(connection, { config: entry }) : model.next_fire_at,
  });
  await wakeModels(tx, connection.id, [model.data_model]);
  return owes;
}

/** Enabling, leaving NEVER, and a `sync_from` moved back or removed owe history; NEVER owes nothing. */
function owesBy(model: ModelRow, entry: SyncConfigEntry): boolean {
  if (neverTicks(entry)) return false;
  const begins = !model.enabled || neverTicks(model.config);
  return begins || toColumn(syncFromOf(entry)) < toColumn(syncFromOf(model.config));
}

async function disable(tx: Tx, connection: ConnectionRow, model: ModelRow): Promise<void> {
  const error = {
    code: 'model-disabled',
    message: 'The data model was disabled in the sync config.',
  } as const;
  await failPulls(
    tx,
    Prisma.sql`p.connection_id = ${connection.id} AND p.data_model = ${model.data_model}`,
    error,
  );
  await failJobs(
    tx,
    Prisma.sql`j.connection_id = ${connection.id} AND j.data_model = ${model.data_model}`,
    error,
  );
}

async function store(
  tx: Tx,
  connection: ConnectionRow,
  model: ModelRow,
  next: {
    entry: SyncConfigEntry;
    enabled: boolean;
    owedSince: Date | null;
    nextFireAt: Date | null;
  },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE model_states SET config = ${JSON.stringify(next.entry)}::jsonb, enabled = ${next.enabled},
      owed_since = ${next.owedSince}, next_fire_at = ${next.nextFireAt},
      wake_at = CASE WHEN ${next.enabled} OR enabled THEN syncline_now() END
    WHERE connection_id = ${connection.id} AND data_model = ${model.data_model}`;
}
