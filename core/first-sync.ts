/** How far a customer's data is, right after connecting: what the connect page shows. */

export const FIRST_SYNC_STATES = ['queued', 'running', 'waiting', 'done', 'failed'] as const;
export type FirstSyncState = (typeof FIRST_SYNC_STATES)[number];

/** What is known of one data model. "Since" means since its customer connected, or reconnected. */
export interface FirstSyncFacts {
  readonly hasSucceededSince: boolean;
  readonly hasEverSucceeded: boolean;
  /** A job is stored that no pull has claimed, or the model is due. */
  readonly isQueued: boolean;
  /** The pull that is open, else the last one; null where there was none. */
  readonly pull: {
    readonly state: 'RUNNING' | 'SUCCESS' | 'FAILED';
    readonly hasEndedSince: boolean;
    /** Waits for quota, or after a failed attempt. */
    readonly isWaiting: boolean;
  } | null;
}

/**
 * Null for a model that is synced on request only: nobody waits for it. Once done it stays so, whatever later syncs do;
 * after a reconnect a model that is not due needs nothing.
 */
export function firstSyncState(model: FirstSyncFacts): FirstSyncState | null {
  const { pull } = model;
  if (model.hasSucceededSince) return 'done';
  if (pull?.state === 'RUNNING') return pull.isWaiting ? 'waiting' : 'running';
  if (model.isQueued) return 'queued';
  if (pull?.state === 'FAILED' && pull.hasEndedSince) return 'failed';
  return model.hasEverSucceeded ? 'done' : null;
}

/** Of all models together: whether nothing is left to wait for, and whether some of it has failed. */
export function rollUp(states: readonly FirstSyncState[]): { done: boolean; failed: boolean } {
  const done = states.every((state) => state === 'done' || state === 'failed');
  return { done, failed: done && states.includes('failed') };
}

/** What to tell the customer beside a state; null where the state says it all. */
export function firstSyncMessage(state: FirstSyncState): string | null {
  switch (state) {
    case 'waiting':
      return 'The platform asks us to slow down. This goes on by itself.';
    case 'failed':
      return 'This could not be loaded. It will be tried again.';
    default:
      return null;
  }
}
