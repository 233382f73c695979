import type { SyncConfigEntry } from '../core/sync-config';
import type { ConnectionStatus } from '../core/names';
import type { DataModel } from '../core/unified/models';

/** Rows as the statements of the write side read them. */

export interface ConnectionRow {
  id: bigint;
  organisation_id: bigint;
  company_id: bigint;
  integration_type: string;
  category: string;
  status: ConnectionStatus;
  paused: boolean;
  account: string;
  applied_config_version: bigint;
  created_at: Date;
  deleted_at: Date | null;
  now: Date;
}

export interface ModelRow {
  data_model: DataModel;
  enabled: boolean;
  config: SyncConfigEntry;
  watermark: Date | null;
  covered_from: Date | null;
  owed_since: Date | null;
  next_fire_at: Date | null;
  fence: bigint;
}

/** A model with its connection. */
export type HeldModel = ConnectionRow & ModelRow;

/** Whether ticks may be written and owed history queued for a connection. */
export function isActive(connection: ConnectionRow): boolean {
  return connection.status === 'HEALTHY' && !connection.paused && connection.deleted_at === null;
}
