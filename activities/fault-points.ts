import type { DataModel } from '../core/unified/models';

/**
 * Moments of a chunk's course at which a test may make the others go first: between any two of them another attempt, a
 * cancel or a crash must do no harm. Armed by `ActivityDeps.reach` alone, which no worker of the product sets.
 */
export type FaultPoint =
  /** A pull has been taken, and its attempt counted; nothing is asked of the platform yet. */
  | 'after-begin'
  /** A page has come; the next one is not yet asked for. */
  | 'after-fetch'
  | 'before-page-stored'
  | 'after-page-stored'
  /** The platform has renewed the credentials; they are not yet written. */
  | 'after-refresh-before-store'
  /** Rows have been asked for by id; what is confirmed gone is not yet stored. */
  | 'before-gone-stored'
  /** Before each batch of tombstones. */
  | 'before-tombstones'
  | 'before-finish'
  /** Everything is committed; the workflow has not heard of it yet. */
  | 'after-end';

export interface FaultPlace {
  readonly connectionId: bigint;
  /** null where the moment is the connection's and not one model's. */
  readonly dataModel: DataModel | null;
}

/** Called at each point; the chunk goes on when it resolves, and crashes when it rejects. */
export type ReachFaultPoint = (point: FaultPoint, place: FaultPlace) => Promise<void>;
