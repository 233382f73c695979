import { LANES, type Lane } from './names';
import {
  bucketEnd,
  foreignCalls,
  ownCalls,
  prune,
  type QuotaState,
  type QuotaWindow,
  WINDOW_MS,
  WINDOWS,
  type WindowState,
} from './quota-state';

/** One window of the ledger, for people. */
export interface Gauge {
  readonly window: QuotaWindow;
  readonly limit: number;
  /** Calls that count now, ours and those of others. */
  readonly used: number;
  readonly remaining: number;
  /** When the first of them stops counting; null while none counts. */
  readonly freesAt: Date | null;
  /** Calls that reads leave alone. */
  readonly reservedForWrites: number;
}

export interface Gauges {
  readonly windows: readonly Gauge[];
  readonly concurrent: { readonly limit: number; readonly used: number };
  readonly blockedUntil: Date | null;
  readonly waitingLanes: readonly Lane[];
}

/** What the ledger of an account shows at an instant of the database's clock. */
export function gauges(held: QuotaState, at: Date): Gauges {
  const state = structuredClone(held);
  const now = at.getTime();
  prune(state, now);
  return {
    windows: WINDOWS.flatMap((window) => {
      const counted = state.windows[window];
      return counted === undefined ? [] : [gauge(state, window, counted, now)];
    }),
    concurrent: {
      // Before the platform has told its limits, one call at a time finds out.
      limit: state.known ? state.concurrent : 1,
      used: state.leases.length,
    },
    blockedUntil: state.blocked.until > now ? new Date(state.blocked.until) : null,
    waitingLanes: LANES.filter((lane) => state.waiting[lane] !== undefined),
  };
}

function gauge(state: QuotaState, window: QuotaWindow, held: WindowState, now: number): Gauge {
  const used = ownCalls(state, held) + foreignCalls(held, now);
  return {
    window,
    limit: held.limit,
    used,
    remaining: Math.max(0, held.limit - used),
    freesAt: freesAt(held, WINDOW_MS[window], now),
    reservedForWrites: Math.min(Math.floor(held.limit * state.writeReserve), held.limit - 1),
  };
}

function freesAt(held: WindowState, windowMs: number, now: number): Date | null {
  const ends = [
    ...held.buckets.map((bucket) => bucketEnd(held, bucket, windowMs)),
    ...(held.foreign.calls > 0 ? [held.foreign.until, held.foreign.goneAt] : []),
  ].filter((end) => end > now);
  return ends.length === 0 ? null : new Date(Math.min(...ends));
}
