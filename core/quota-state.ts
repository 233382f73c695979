import { LANES, type Lane } from './names';

/**
 * The quota ledger's state, one per platform account, and how calls are counted in it. All instants are milliseconds
 * of the database's clock.
 *
 * A call counts in every window from its permit until a whole window after its **end**, because nothing tells when
 * between the two the platform counted it. So our count is never below the platform's, and a call we permit is never
 * one too many. Counts are kept in sub-windows (a sixtieth of the window), each dropped when its last instant has left
 * the window.
 */

export const WINDOW_MS = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
} as const;

export type QuotaWindow = keyof typeof WINDOW_MS;

export const WINDOWS: readonly QuotaWindow[] = ['second', 'minute', 'hour', 'day'];

const SUB_WINDOWS = 60;

/** A refused lane counts as waiting until this long after its resume time. */
export const WAITING_GRACE_MS = 5_000;

/** Start of a sub-window, then calls in it by lane, in the order of `LANES`. */
type Bucket = [start: number, ...counts: number[]];

export interface WindowState {
  /** The stricter of what the connector declares and what the platform says. */
  limit: number;
  /** null = known from the platform's answers alone, and forgotten when they stop speaking of it. */
  declared: number | null;
  counting: 'rolling' | 'calendar';
  buckets: Bucket[];
  /**
   * Calls of others that the platform counts: when the first of them leaves the window, by its word; when all have
   * left; and the permit whose answer said so.
   */
  foreign: { calls: number; until: number; goneAt: number; permit: number };
}

export interface Lease {
  id: string;
  lane: Lane;
  permit: number;
  takenAt: number;
  expiresAt: number;
  /** Calls of a series that may be made under it, one after the other; missing = one. */
  calls?: number;
}

export interface QuotaState {
  windows: Partial<Record<QuotaWindow, WindowState>>;
  concurrent: number;
  declaredConcurrent: number;
  leases: Lease[];
  /** Permits given so far; orders answers that overtake each other. */
  permits: number;
  /** Whether the platform has told its limits; before that one call at a time finds out. */
  known: boolean;
  blocked: { until: number; strikes: number };
  /**
   * Lanes that were refused, and when they ask again. `priority` is the most urgent of their models, which goes before
   * its lane's others until `firstUntil`: it may have stopped asking, so that those others must not prolong it.
   */
  waiting: Partial<Record<Lane, { resumeAt: number; priority: number; firstUntil: number }>>;
  /** Share kept for writes, 0 to 1; reads may not use it. */
  writeReserve: number;
}

export interface Declared {
  readonly windows: Partial<Record<QuotaWindow, number>>;
  readonly counting: 'rolling' | 'calendar';
  readonly concurrent: number;
  /** Whether answers speak of limits; if not, the declared ones are all there is to know. */
  readonly observable: boolean;
}

export function newQuotaState(declared: Declared): QuotaState {
  const windows: QuotaState['windows'] = {};
  for (const window of WINDOWS) {
    const limit = declared.windows[window];
    if (limit !== undefined) windows[window] = newWindow(limit, declared.counting, limit);
  }
  return {
    windows,
    concurrent: declared.concurrent,
    declaredConcurrent: declared.concurrent,
    leases: [],
    permits: 0,
    known: !declared.observable,
    blocked: { until: 0, strikes: 0 },
    waiting: {},
    writeReserve: 0,
  };
}

export function prune(state: QuotaState, now: number): void {
  for (const lease of state.leases) {
    // Left by a crash; the call may have been made as late as the lease allowed.
    if (lease.expiresAt <= now) countCalls(state, lease, leaseCalls(lease), lease.expiresAt);
  }
  state.leases = state.leases.filter((lease) => lease.expiresAt > now);
  for (const window of WINDOWS) {
    const held = state.windows[window];
    if (held === undefined) continue;
    held.buckets = held.buckets.filter(
      (bucket) => bucketEnd(held, bucket, WINDOW_MS[window]) > now,
    );
  }
  for (const lane of LANES) {
    const waiting = state.waiting[lane];
    if (waiting !== undefined && waiting.resumeAt + WAITING_GRACE_MS <= now) {
      delete state.waiting[lane];
    }
  }
}

export function leaseCalls(lease: Lease): number {
  return lease.calls ?? 1;
}

export function countCalls(state: QuotaState, { lane }: Lease, calls: number, at: number): void {
  for (const window of WINDOWS) {
    const held = state.windows[window];
    if (held === undefined) continue;
    const width = WINDOW_MS[window] / SUB_WINDOWS;
    const start = Math.floor(at / width) * width;
    const bucket = held.buckets.find((existing) => existing[0] === start);
    if (bucket === undefined) {
      held.buckets.push(newBucket(start, lane, calls));
      held.buckets.sort((a, b) => a[0] - b[0]);
    } else {
      const index = LANES.indexOf(lane) + 1;
      bucket[index] = (bucket[index] ?? 0) + calls;
    }
  }
}

function newBucket(start: number, lane: Lane, calls: number): Bucket {
  return [start, ...LANES.map((each) => (each === lane ? calls : 0))];
}

/** When the last call of a sub-window has left the window. */
export function bucketEnd(held: WindowState, bucket: Bucket, windowMs: number): number {
  const last = bucket[0] + windowMs / SUB_WINDOWS;
  if (held.counting === 'rolling') return last + windowMs;
  return Math.ceil(last / windowMs) * windowMs;
}

export function bucketCalls(bucket: Bucket): number {
  return LANES.reduce((sum, _, index) => sum + (bucket[index + 1] ?? 0), 0);
}

/** Our own calls in a window, those in progress and those that may still come under a lease included. */
export function ownCalls(state: QuotaState, held: WindowState): number {
  return held.buckets.reduce((sum, bucket) => sum + bucketCalls(bucket), callsOf(state.leases));
}

function callsOf(leases: readonly Lease[]): number {
  return leases.reduce((sum, lease) => sum + leaseCalls(lease), 0);
}

export function laneCalls(state: QuotaState, held: WindowState, lane: Lane): number {
  const index = LANES.indexOf(lane) + 1;
  const inProgress = callsOf(state.leases.filter((lease) => lease.lane === lane));
  return held.buckets.reduce((sum, bucket) => sum + (bucket[index] ?? 0), inProgress);
}

/**
 * Calls of others. Past the platform's own reset something is free again, but not how much: one call is let through,
 * whose answer tells.
 */
export function foreignCalls(held: WindowState, now: number): number {
  if (held.foreign.goneAt <= now) return 0;
  return held.foreign.until > now ? held.foreign.calls : Math.max(0, held.foreign.calls - 1);
}

export function newWindow(
  limit: number,
  counting: 'rolling' | 'calendar',
  declared: number | null,
): WindowState {
  return {
    limit: Math.max(1, limit),
    declared,
    counting,
    buckets: [],
    foreign: { calls: 0, until: 0, goneAt: 0, permit: 0 },
  };
}
