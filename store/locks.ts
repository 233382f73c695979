import { Prisma } from '../prisma/generated/client';
import type { DataModel } from '../core/unified/models';
import type { Tx } from './database';
import type { ConnectionRow, HeldModel, ModelRow } from './rows';

/**
 * Rows are locked in one order everywhere: connection, models by name, pulls, jobs, syncs by id. A lock is never
 * upgraded, so no two transactions can wait for each other.
 */

export const CONNECTION_COLUMNS = Prisma.sql`
  c.id, c.organisation_id, c.company_id, c.integration_type, c.category, c.status, c.paused, c.account,
  c.applied_config_version, c.created_at, c.deleted_at, syncline_now() AS now`;

export const MODEL_COLUMNS = Prisma.sql`
  m.data_model, m.enabled, m.config, m.watermark, m.covered_from, m.owed_since, m.next_fire_at, m.fence`;

/** For those who give the connection work: its status cannot change meanwhile. Null when there is none. */
export function lockConnectionShared(tx: Tx, connectionId: bigint): Promise<ConnectionRow | null> {
  return one(
    tx.$queryRaw<ConnectionRow[]>`
      SELECT ${CONNECTION_COLUMNS} FROM connections c WHERE c.id = ${connectionId} FOR SHARE`,
  );
}

/**
 * Begins a statement (`WITH …`) that locks a connection's row shared and then, from it, the row of one of its models:
 * `held`, which has both. Each takes the next one's row from the one before, so that they are locked in this order.
 */
export function lockedModel(connectionId: bigint, dataModel: DataModel): Prisma.Sql {
  return Prisma.sql`
    connection AS (
      SELECT ${CONNECTION_COLUMNS} FROM connections c WHERE c.id = ${connectionId} FOR SHARE
    ), held AS (
      SELECT c.*, ${MODEL_COLUMNS} FROM connection c
      JOIN model_states m ON m.connection_id = c.id AND m.data_model = ${dataModel} FOR NO KEY UPDATE OF m
    )`;
}

/** A connection and one of its models, for a chunk's begin and end. Null where either is missing. */
export function lockModelShared(
  tx: Tx,
  connectionId: bigint,
  dataModel: DataModel,
): Promise<HeldModel | null> {
  return one(
    tx.$queryRaw<HeldModel[]>`WITH ${lockedModel(connectionId, dataModel)} SELECT * FROM held`,
  );
}

/** For those who change the connection's status, config or existence. */
export function lockConnection(tx: Tx, connectionId: bigint): Promise<ConnectionRow | null> {
  return one(
    tx.$queryRaw<ConnectionRow[]>`
      SELECT ${CONNECTION_COLUMNS} FROM connections c WHERE c.id = ${connectionId} FOR NO KEY UPDATE`,
  );
}

/** Locks the named models of a connection (all when none is named), by name. */
export function lockModels(
  tx: Tx,
  connectionId: bigint,
  dataModels?: readonly DataModel[],
): Promise<ModelRow[]> {
  const named =
    dataModels === undefined
      ? Prisma.empty
      : Prisma.sql`AND m.data_model = ANY(${[...dataModels]}::text[])`;
  return tx.$queryRaw<ModelRow[]>`
    SELECT ${MODEL_COLUMNS} FROM model_states m
    WHERE m.connection_id = ${connectionId} ${named}
    ORDER BY m.data_model FOR NO KEY UPDATE`;
}

/** The models as they are, for those who hold the connection's row: their config and whether they are enabled stay so. */
export function readModels(tx: Tx, connectionId: bigint): Promise<ModelRow[]> {
  return tx.$queryRaw<ModelRow[]>`
    SELECT ${MODEL_COLUMNS} FROM model_states m WHERE m.connection_id = ${connectionId} ORDER BY m.data_model`;
}

export async function one<T>(rows: Promise<T[]>): Promise<T | null> {
  return (await rows)[0] ?? null;
}
