import type { PullPhase, SyncMode } from './names';
import { type JobAsk, type ModelFacts, mergeWindows, type Window, windowOf } from './windows';

/**
 * The life of a pull: what opens it and with which window, which phase follows which, and what its live jobs still ask
 * of it. The store keeps the facts and locks them; `sync-model.test.ts` explores what these rules lead to.
 */

export interface QueuedAsk extends JobAsk {
  readonly id: bigint;
}

/** The model's last backfill that has ended. */
export interface LastBackfill {
  readonly id: bigint;
  readonly state: 'SUCCESS' | 'FAILED';
  readonly sweep: boolean;
  readonly phase: PullPhase;
  readonly since: Date | null;
  readonly errorCode: string | null;
  /** Whether the platform is likely to know its cursor still; false where it has none. */
  readonly cursorLives: boolean;
  readonly servedInitial: boolean;
}

export interface PullPlan {
  /** The jobs it claims. */
  readonly claims: readonly bigint[];
  readonly window: Window;
  /** The pull whose checkpoint it goes on from; null = it begins anew. */
  readonly continues: bigint | null;
}

/** Ends of a pull after which its listing may be gone on with: the fault lay outside the listing. */
const CONTINUABLE = ['platform-unavailable', 'internal', 'credentials-expired', 'disconnected'];

/**
 * What a new pull claims, and what it reads: **all** queued jobs of its kind, with the window they need now. Where
 * initial jobs wait and the last initial pull left a living checkpoint, it goes on from there with that pull's window,
 * never sweeps, and claims initial jobs only: the others may have been asked for after that listing began.
 */
export function planPull(
  queued: readonly QueuedAsk[],
  facts: ModelFacts,
  last: LastBackfill | null,
): PullPlan {
  const initials = queued.filter((job) => job.trigger === 'initial');
  const [initial] = initials;
  if (initial !== undefined && last !== null && canContinue(last, windowOf(initial, facts).since)) {
    return {
      claims: initials.map((job) => job.id),
      window: { since: last.since, sweep: false },
      continues: last.id,
    };
  }
  return {
    claims: queued.map((job) => job.id),
    window: mergeWindows(queued.map((job) => windowOf(job, facts))),
    continues: null,
  };
}

function canContinue(last: LastBackfill, since: Date | null): boolean {
  return (
    last.state === 'FAILED' &&
    !last.sweep &&
    last.phase === 'listing' &&
    last.cursorLives &&
    last.servedInitial &&
    last.since?.getTime() === since?.getTime() &&
    CONTINUABLE.includes(last.errorCode ?? '')
  );
}

/** What is known of a sweeping pull's stream. */
export interface SweepFacts {
  /** Whether the platform can be asked by id. */
  readonly byIds: boolean;
  /** Whether a record came whose id could not be read: it could be any row's. */
  readonly unreadableIds: boolean;
}

/** What follows the last page of a listing: its end, a second listing, or the question what is gone. */
export function phaseAfterListing(
  phase: 'listing' | 'relisting',
  sweeps: boolean,
  { byIds, unreadableIds }: SweepFacts,
): 'end' | 'relisting' | 'confirming' {
  if (!sweeps) return 'end';
  return byIds || unreadableIds || phase === 'relisting' ? 'confirming' : 'relisting';
}

/** Where listings alone decide what is gone, one unreadable id makes every row they did not show a possible owner. */
export function mustSkipSweep({ byIds, unreadableIds }: SweepFacts): boolean {
  return unreadableIds && !byIds;
}

/** What a pull's live jobs still ask of its sweep; read anew before each batch, as each may be cancelled. */
export function sweepAsked(
  liveJobs: readonly { readonly mode: SyncMode; readonly allowMassDelete: boolean }[],
): { wanted: boolean; massDeleteAllowed: boolean } {
  const full = liveJobs.filter((job) => job.mode === 'full');
  return {
    wanted: full.length > 0,
    massDeleteAllowed: full.some((job) => job.allowMassDelete),
  };
}
