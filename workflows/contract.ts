import type { DataModel } from '../core/unified/models';

/**
 * Names, ids and message types shared by the workflows, the worker that runs them and the clients that signal them.
 * Messages only say "look"; what they carry is for people who read Temporal Web UI. The database is the truth.
 */

export const TASK_QUEUE = 'syncline';

export const WORKFLOW_TYPES = {
  connection: 'connection',
  modelSync: 'modelSync',
  repair: 'repair',
} as const;

export const SIGNALS = {
  syncRequested: 'syncRequested',
  changed: 'changed',
  look: 'look',
} as const;

/** Search attributes of every workflow, of Temporal's type KEYWORD; a child does not inherit them, so each start names them. */
export const SEARCH_ATTRIBUTES = {
  connectionId: 'ConnectionId',
  platform: 'Platform',
  dataModel: 'DataModel',
} as const;

export const QUERIES = { status: 'status' } as const;

/** The one Temporal Schedule of the installation. */
export const REPAIR_SCHEDULE_ID = 'syncline-repair';
export const REPAIR_WORKFLOW_ID = 'syncline-repair';

export function connectionWorkflowId(connectionId: string): string {
  return `conn/${connectionId}`;
}

export function modelWorkflowId(connectionId: string, dataModel: string): string {
  return `sync/${connectionId}/${dataModel}`;
}

/** `connectionId` is the connection's `rootfi_id` as text. */
export type ConnectionInput = { connectionId: string; platform: string };

export type ModelSyncInput = { connectionId: string; platform: string; dataModel: DataModel };

export type SyncRequested = { syncId: string; mode: string; dataModels: string[] };

export type Changed = {
  what: 'config' | 'paused' | 'resumed' | 'connected' | 'reconnected' | 'disconnected' | 'deleted';
};
