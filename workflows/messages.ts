import { defineQuery, defineSignal } from '@temporalio/workflow';
import { type Changed, QUERIES, SIGNALS, type SyncRequested } from './contract';

export const syncRequestedSignal = defineSignal<[SyncRequested]>(SIGNALS.syncRequested);
export const changedSignal = defineSignal<[Changed]>(SIGNALS.changed);
export const lookSignal = defineSignal(SIGNALS.look);
export const statusQuery = defineQuery<ConnectionStatus>(QUERIES.status);

/** For people: what the supervisor last heard and did. */
export interface ConnectionStatus {
  readonly lastMessage: string;
  readonly enabled: readonly string[];
}
