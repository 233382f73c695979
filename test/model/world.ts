import type { PullKind, SyncMode, Trigger } from '../../core/names';

/**
 * One data model, its platform and everyone who works on it, as pure transitions. What decides is the product's own
 * `core`; what the product does in SQL (fence, claims, seen ids, tombstones, ends) is written out here, and
 * `store.test.ts` walks the same paths through the real statements, so that the two cannot drift apart.
 *
 * Time is counted in changes at the platform: change number n happens at n seconds, and what reads after it and before
 * the next one has a clock of n and a half.
 */

export const ROWS = ['a', 'b'] as const;
export type RowId = (typeof ROWS)[number];

export interface Limits {
  readonly attempts: number;
  readonly restarts: number;
}

/** What happens in a world, and how often at most. */
export interface Scenario {
  readonly name: string;
  /** A model that has all its history, or one that was connected just now. */
  readonly start: 'synced' | 'new';
  /** Requests that may come, in this order, at any time. */
  readonly requests: readonly Request[];
  /** What the platform's people may do, in this order, at any time. */
  readonly changes: readonly { readonly row: RowId; readonly to: 'changed' | 'deleted' }[];
  readonly byIds: boolean;
  readonly budget: Budget;
  readonly limits: Limits;
}

export interface Budget {
  readonly crashes: number;
  readonly failures: number;
  readonly cancels: number;
  /** Cursors the platform forgets. */
  readonly lostCursors: number;
  /** Rows a listing of everything fails to show, though they exist. */
  readonly hidden: number;
}

export interface Request {
  readonly mode: SyncMode;
  readonly trigger: Trigger;
  readonly allowMassDelete?: boolean;
}

export interface Job extends Request {
  readonly id: number;
  readonly state: 'CREATED' | 'RUNNING' | 'SUCCESS' | 'FAILED';
  readonly pull: number | null;
  readonly createdAt: number;
  /** Ghost: claimed by a pull whose listing had begun before it was asked for. */
  readonly claimedLate: boolean;
}

export interface Pull {
  readonly id: number;
  readonly kind: PullKind;
  readonly state: 'RUNNING' | 'SUCCESS' | 'FAILED';
  readonly errorCode: string | null;
  readonly since: number | null;
  readonly sweep: boolean;
  readonly continues: boolean;
  readonly phase: 'listing' | 'relisting' | 'confirming' | 'tombstoning';
  /** Rows of the listing that are stored; 0 = from its beginning. */
  readonly cursor: number;
  readonly firstDate: number | null;
  readonly fence: number;
  readonly attempts: number;
  readonly restarts: number;
  /** Rows its listing has come to, before it began anew. */
  readonly furthest: number;
  readonly backsOff: boolean;
  readonly takenAt: number;
  readonly held: number;
  readonly seen: readonly RowId[];
  readonly gone: readonly RowId[];
  /** The last row asked for. */
  readonly after: RowId | '';
}

export interface StoredRow {
  readonly state: 'absent' | 'live' | 'deleted';
  /** Number of the change it shows. */
  readonly version: number;
  /** Written at or after the open backfill's start. */
  readonly touched: boolean;
}

export interface PlatformRow {
  readonly exists: boolean;
  readonly version: number;
}

/** One attempt at a pull; more than one may believe itself alive. */
export interface Attempt {
  readonly pull: number;
  readonly fence: number;
  readonly step: 'fetch' | 'store' | 'ask' | 'note' | 'decide' | 'tombstone' | 'finish';
  readonly phase: Pull['phase'];
  readonly cursor: number;
  readonly firstDate: number | null;
  /** What it holds in its hands: a fetched row's version, null = the page was empty; or ids found gone. */
  readonly hand: {
    readonly version: number | null;
    readonly gone: readonly RowId[];
    readonly after: RowId | '';
  };
}

export interface World {
  readonly platform: Readonly<Record<RowId, PlatformRow>>;
  readonly stored: Readonly<Record<RowId, StoredRow>>;
  readonly jobs: readonly Job[];
  readonly pulls: readonly Pull[];
  readonly attempts: readonly Attempt[];
  readonly fence: number;
  readonly watermark: number | null;
  readonly coveredFrom: number | null;
  readonly owedSince: number | null;
  readonly incrementalEndedAt: number | null;
  readonly changesMade: number;
  readonly left: Budget;
  /** Ghosts, for the invariants alone. */
  readonly ghost: {
    /** Missing at the platform at some time since the sweeping pull began. */
    readonly wasGone: readonly RowId[];
    /** Stored, by whatever pull, from what was fetched while the sweeping pull was open. */
    readonly shown: readonly RowId[];
    readonly violation: string | null;
  };
}

/** What is done, for those who do it to the real thing. */
export type Act =
  | { readonly kind: 'request'; readonly job: Job }
  | { readonly kind: 'change' }
  | { readonly kind: 'cancel'; readonly job: number }
  | { readonly kind: 'begin' }
  | { readonly kind: 'over'; readonly pull: number }
  | {
      readonly kind: 'step' | 'crash' | 'fail' | 'lose-cursor' | 'fenced';
      readonly attempt: number;
    };

/** A step that leads from one world to another. */
export interface Step {
  readonly name: string;
  /** Whether the system itself takes it sooner or later; else it is someone's whim, or bad luck. */
  readonly progress: boolean;
  readonly act: Act;
  readonly to: World;
}
