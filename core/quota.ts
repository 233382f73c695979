import { LANES, type Lane } from './names';
import {
  bucketCalls,
  bucketEnd,
  countCalls,
  foreignCalls,
  laneCalls,
  type Lease,
  newWindow,
  ownCalls,
  prune,
  type QuotaState,
  type QuotaWindow,
  WAITING_GRACE_MS,
  WINDOW_MS,
  WINDOWS,
  type WindowState,
} from './quota-state';

/**
 * What the quota ledger decides: who gets a call now, and what an answer teaches. Pure functions over the state of
 * `quota-state.ts`; lanes and priorities say who goes first where calls are scarce.
 */

/** Wait before asking again when only a lease is wanting: calls end soon. */
const LEASE_RETRY_MS = 300;

/** The same where one call finds out what the limits are, at first: all others wait for its answer alone. */
const FIRST_ANSWER_RETRY_MS = 50;

/**
 * A series: calls of one caller, each begun when the one before has ended, under one permit and in one place. Asking
 * for each costs a commit, which is longer than what else lies between two calls. So there is one only while nobody else
 * could want what it holds, and it is over before a lane that waits for a place asks again.
 */
export const SERIES = { calls: 5, ms: LEASE_RETRY_MS } as const;

/** Share of each window that stays free of series. */
const SERIES_LEAVES = 0.5;

/** Share of each window that a waiting lane is sure of. */
const LANE_SHARE = 0.1;

const MIN_BLOCK_MS = 1_000;

/** Less urgent than any model's priority. */
const NOBODY = 10;

export interface Ask {
  readonly leaseId: string;
  readonly lane: Lane;
  /** 1 goes first. */
  readonly priority: number;
  readonly now: number;
  /** Longer than the call's time-out: a lease that outlives its call was left by a crash. */
  readonly leaseMs: number;
  readonly purpose: 'read' | 'write';
  /** So many calls would follow each other; more than one is a series, of which fewer may be granted. */
  readonly calls: number;
}

export type Verdict =
  | { readonly granted: true; readonly permit: number; readonly calls: number }
  | { readonly granted: false; readonly resumeAt: number; readonly reason: RefusalReason };

export type RefusalReason = 'blocked' | 'concurrent' | 'lane' | QuotaWindow;

export interface Observed {
  readonly window: QuotaWindow | 'concurrent';
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number | null;
}

export interface Settlement {
  readonly leaseId: string;
  readonly now: number;
  /** How many were made under the lease. */
  readonly calls: number;
  /** What the last answer said of limits; null where there was no answer, or none of a platform that speaks of them. */
  readonly observed: readonly Observed[] | null;
  /** Set when the platform said wait; null inside when it did not say how long. */
  readonly limited: { readonly retryAfterMs: number | null } | null;
}

/** Asks for one call. Answers the next state either way: a refusal notes that its lane waits. */
export function ask(before: QuotaState, request: Ask): { state: QuotaState; verdict: Verdict } {
  const state = structuredClone(before);
  prune(state, request.now);
  const refusal = refuse(state, request);
  if (refusal !== null) {
    // Places are not known to be scarce before the limits are: no lane has to be kept one, nor a series to be avoided.
    if (state.known || refusal.reason !== 'concurrent') {
      noteWaiting(state, request, refusal.resumeAt);
    }
    return { state, verdict: { granted: false, ...refusal } };
  }
  const waiting = state.waiting[request.lane];
  // Served: its lane goes on counting as waiting for a while, but the model no longer holds up others of the lane.
  if (waiting !== undefined && request.priority <= waiting.priority) waiting.priority = NOBODY;
  const calls = seriesOf(state, request);
  state.permits += 1;
  state.leases.push({
    id: request.leaseId,
    lane: request.lane,
    permit: state.permits,
    takenAt: request.now,
    expiresAt: request.now + request.leaseMs,
    calls,
  });
  return { state, verdict: { granted: true, permit: state.permits, calls } };
}

/**
 * Asks for more calls of a series while its last one is under way: the calls before that have `ended`, and the new permit
 * covers it and those to come, in the same place. Null where it would cover that one alone: all stays as it was.
 */
export function renewSeries(
  before: QuotaState,
  ended: Settlement,
  request: Ask,
): { state: QuotaState; calls: number } | null {
  const { state, verdict } = ask(settle(before, ended), request);
  return verdict.granted && verdict.calls > 1 ? { state, calls: verdict.calls } : null;
}

/** How many calls a permit covers: were each place taken by as long a series, half of every window would stay free. */
function seriesOf(state: QuotaState, request: Ask): number {
  const isScarce =
    !state.known || state.blocked.strikes > 0 || LANES.some((lane) => lane in state.waiting);
  if (isScarce) return 1;
  const shares = WINDOWS.flatMap((window) => state.windows[window] ?? []).map((held) => {
    const free = room(state, held, request) - held.limit * SERIES_LEAVES;
    return Math.floor(free / state.concurrent);
  });
  return Math.max(1, Math.min(request.calls, ...shares));
}

/** Whether after this answer a series may go on: not where the platform has less left than we thought. */
export function mayGoOn(observed: readonly Observed[]): boolean {
  return observed
    .filter(({ window }) => window !== 'concurrent')
    .every(({ limit, remaining }) => remaining >= limit * SERIES_LEAVES);
}

/** Gives a lease back, and takes in what the answer said of limits. An unknown lease (expired, settled) changes only the block. */
export function settle(before: QuotaState, settlement: Settlement): QuotaState {
  const state = structuredClone(before);
  prune(state, settlement.now);
  const lease = state.leases.find((held) => held.id === settlement.leaseId);
  if (lease !== undefined) {
    state.leases = state.leases.filter((held) => held !== lease);
    if (settlement.observed !== null) knowWindows(state, settlement.observed);
    countCalls(state, lease, settlement.calls, settlement.now);
    for (const seen of settlement.observed ?? []) observe(state, seen, lease, settlement.now);
  }
  if (settlement.limited !== null) {
    block(state, settlement.limited.retryAfterMs, settlement.now);
  } else if (lease !== undefined && lease.takenAt >= state.blocked.until) {
    state.blocked.strikes = 0;
  }
  return state;
}

/** Calls counted in a window now, by us and by others. For people and gauges. */
export function used(state: QuotaState, window: QuotaWindow, now: number): number {
  const copy = structuredClone(state);
  prune(copy, now);
  const held = copy.windows[window];
  return held === undefined ? 0 : ownCalls(copy, held) + foreignCalls(held, now);
}

function refuse(
  state: QuotaState,
  request: Ask,
): { resumeAt: number; reason: RefusalReason } | null {
  const { now } = request;
  if (state.blocked.until > now) return { resumeAt: state.blocked.until, reason: 'blocked' };

  const urgent = urgentWait(state, request);
  const concurrent = state.known ? state.concurrent : 1;
  const spare =
    urgent !== null && !urgent.sameLane && request.lane === 'backfill' && concurrent > 1 ? 1 : 0;
  if (state.leases.length + spare >= concurrent) {
    return { resumeAt: now + placeRetryMs(state, now), reason: 'concurrent' };
  }

  let refusal: { resumeAt: number; reason: RefusalReason } | null = null;
  for (const window of WINDOWS) {
    const held = state.windows[window];
    if (held === undefined) continue;
    const free = room(state, held, request);
    if (free >= 1) continue;
    const resumeAt = roomAt(state, held, WINDOW_MS[window], 1 - free, now);
    if (refusal === null || resumeAt > refusal.resumeAt) refusal = { resumeAt, reason: window };
  }
  if (refusal !== null) return refusal;

  if (urgent !== null && (urgent.sameLane || !hasShareLeft(state, request.lane))) {
    return { resumeAt: Math.max(urgent.resumeAt, now) + LEASE_RETRY_MS, reason: 'lane' };
  }
  return null;
}

/** A first answer that is slow is asked for no more often than a place. */
function placeRetryMs(state: QuotaState, now: number): number {
  const [first] = state.leases;
  if (state.known || first === undefined) return LEASE_RETRY_MS;
  return Math.min(LEASE_RETRY_MS, Math.max(FIRST_ANSWER_RETRY_MS, now - first.takenAt));
}

/** A wait that goes before this request: of a more urgent lane, or of a more urgent model in the same lane. */
function urgentWait(
  state: QuotaState,
  request: Ask,
): { resumeAt: number; sameLane: boolean } | null {
  for (const lane of LANES) {
    const waiting = state.waiting[lane];
    if (lane === request.lane) {
      return waiting !== undefined && isBefore(waiting, request)
        ? { resumeAt: waiting.firstUntil - WAITING_GRACE_MS, sameLane: true }
        : null;
    }
    if (waiting !== undefined) return { resumeAt: waiting.resumeAt, sameLane: false };
  }
  return null;
}

/** Whether a lane has used less than the tenth of every window that it is sure of. */
function hasShareLeft(state: QuotaState, lane: Lane): boolean {
  return WINDOWS.flatMap((window) => state.windows[window] ?? []).every(
    (held) => laneCalls(state, held, lane) < held.limit * LANE_SHARE,
  );
}

/** Calls that may still be made in a window for this request; below 1 = none. */
function room(state: QuotaState, held: WindowState, request: Ask): number {
  const reserve = request.purpose === 'read' ? Math.floor(held.limit * state.writeReserve) : 0;
  const keptForWrites = Math.min(reserve, held.limit - 1);
  const keptForLanes = LANES.filter(
    (lane) => lane !== request.lane && state.waiting[lane] !== undefined,
  )
    .map((lane) => Math.max(0, Math.floor(held.limit * LANE_SHARE) - laneCalls(state, held, lane)))
    .reduce((sum, kept) => sum + kept, 0);
  const taken = ownCalls(state, held) + foreignCalls(held, request.now);
  return held.limit - keptForWrites - keptForLanes - taken;
}

/** When `wanted` more calls will have left a window, as far as is known. */
function roomAt(
  state: QuotaState,
  held: WindowState,
  windowMs: number,
  wanted: number,
  now: number,
): number {
  const frees = held.buckets.map((bucket) => ({
    at: bucketEnd(held, bucket, windowMs),
    calls: bucketCalls(bucket),
  }));
  // Past the reset the platform named, one call may find out.
  if (held.foreign.until > now) frees.push({ at: held.foreign.until, calls: 1 });
  if (held.foreign.goneAt > now) frees.push({ at: held.foreign.goneAt, calls: held.foreign.calls });
  frees.sort((a, b) => a.at - b.at);
  let freed = 0;
  for (const { at, calls } of frees) {
    freed += calls;
    if (freed >= wanted) return Math.max(now + 1, at);
  }
  // Only calls in progress stand in the way: they end soon.
  return now + (state.leases.length > 0 ? LEASE_RETRY_MS : windowMs);
}

type Waiting = NonNullable<QuotaState['waiting'][Lane]>;

/** Whether a more urgent model of the same lane waits that goes before this request. */
function isBefore(waiting: Waiting, { priority, now }: Ask): boolean {
  return waiting.priority < priority && waiting.firstUntil > now;
}

function noteWaiting(state: QuotaState, request: Ask, resumeAt: number): void {
  const waiting = state.waiting[request.lane];
  state.waiting[request.lane] =
    waiting !== undefined && isBefore(waiting, request)
      ? { ...waiting, resumeAt: Math.max(waiting.resumeAt, resumeAt) }
      : { resumeAt, priority: request.priority, firstUntil: resumeAt + WAITING_GRACE_MS };
}

/** Takes up windows heard of for the first time, and drops those the platform no longer speaks of. */
function knowWindows(state: QuotaState, observed: readonly Observed[]): void {
  state.known = true;
  const spoken = new Map(observed.map((seen) => [seen.window, seen]));
  state.concurrent = Math.min(
    state.declaredConcurrent,
    Math.max(1, spoken.get('concurrent')?.limit ?? state.declaredConcurrent),
  );
  for (const window of WINDOWS) {
    const seen = spoken.get(window);
    const held = state.windows[window];
    if (seen !== undefined && held === undefined) {
      state.windows[window] = newWindow(seen.limit, 'rolling', null);
    } else if (seen === undefined && held?.declared === null) {
      delete state.windows[window];
    }
  }
}

function observe(state: QuotaState, seen: Observed, lease: Lease, now: number): void {
  if (seen.window === 'concurrent') return;
  const held = state.windows[seen.window];
  const windowMs = WINDOW_MS[seen.window];
  // An answer older than the window speaks of a window that has passed.
  if (held === undefined || now - lease.takenAt > windowMs) return;
  held.limit = Math.max(1, Math.min(seen.limit, held.declared ?? seen.limit));
  const others = Math.max(0, seen.limit - seen.remaining - ownCalls(state, held));
  // Answers can overtake each other; only a lone and newest one may lower what is believed of others' calls.
  const lowers = lease.permit > held.foreign.permit && state.leases.length === 0;
  const believed = foreignCalls(held, now);
  held.foreign = {
    calls: lowers ? others : Math.max(others, believed),
    until: now + (seen.resetMs ?? windowMs),
    goneAt: now + windowMs,
    permit: Math.max(lease.permit, held.foreign.permit),
  };
}

function block(state: QuotaState, retryAfterMs: number | null, now: number): void {
  state.blocked.strikes += 1;
  const growing = MIN_BLOCK_MS * 2 ** Math.min(state.blocked.strikes - 1, 20);
  const known = WINDOWS.filter((window) => state.windows[window] !== undefined);
  const longest = Math.max(WINDOW_MS.minute, ...known.map((window) => WINDOW_MS[window]));
  // The platform's own word may exceed the windows we know of, but no window is longer than a day.
  const wait = Math.max(Math.min(growing, longest), Math.min(retryAfterMs ?? 0, WINDOW_MS.day));
  state.blocked.until = Math.max(state.blocked.until, now + wait);
}

export { newQuotaState, type Declared, type QuotaState, WINDOW_MS, WINDOWS } from './quota-state';
