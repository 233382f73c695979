import { LANES, type Lane } from './names';

/**
 * Arithmetic of the quota ledger: one state per platform account, pure functions over it. All instants are
 * milliseconds of the database's clock.
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
/** Wait before asking again when only a lease is wanting: calls end soon. */
const LEASE_RETRY_MS = 300;
/** A refused lane counts as waiting until this long after its resume time. */
const WAITING_GRACE_MS = 5_000;
/** Share of each window that a waiting lane is sure of. */
const LANE_SHARE = 0.1;
const MIN_BLOCK_MS = 1_000;
/** Less urgent than any model's priority. */
const NOBODY = 10;

/** Start of a sub-window, then calls in it by lane, in the order of `LANES`. */
type Bucket = [start: number, ...counts: number[]];

interface WindowState {
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

interface Lease {
  id: string;
  lane: Lane;
  permit: number;
  takenAt: number;
  expiresAt: number;
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
  waiting: Partial<Record<Lane, { resumeAt: number; priority: number }>>;
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

export interface Ask {
  readonly leaseId: string;
  readonly lane: Lane;
  /** 1 goes first. */
  readonly priority: number;
  readonly now: number;
  /** Longer than the call's time-out: a lease that outlives its call was left by a crash. */
  readonly leaseMs: number;
  readonly purpose: 'read' | 'write';
}

export type Verdict =
  | { readonly granted: true; readonly permit: number }
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
  /** What the answer said of limits; null where there was no answer, or none of a platform that speaks of them. */
  readonly observed: readonly Observed[] | null;
  /** Set when the platform said wait; null inside when it did not say how long. */
  readonly limited: { readonly retryAfterMs: number | null } | null;
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

/** Asks for one call. Answers the next state either way: a refusal notes that its lane waits. */
export function ask(before: QuotaState, request: Ask): { state: QuotaState; verdict: Verdict } {
  const state = structuredClone(before);
  prune(state, request.now);
  const refusal = refuse(state, request);
  if (refusal !== null) {
    noteWaiting(state, request, refusal.resumeAt);
    return { state, verdict: { granted: false, ...refusal } };
  }
  const waiting = state.waiting[request.lane];
  // Served: its lane goes on counting as waiting for a while, but the model no longer holds up others of the lane.
  if (waiting !== undefined && request.priority <= waiting.priority) waiting.priority = NOBODY;
  state.permits += 1;
  state.leases.push({
    id: request.leaseId,
    lane: request.lane,
    permit: state.permits,
    takenAt: request.now,
    expiresAt: request.now + request.leaseMs,
  });
  return { state, verdict: { granted: true, permit: state.permits } };
}

/** Gives a lease back, and takes in what the answer said of limits. An unknown lease (expired, settled) changes only the block. */
export function settle(before: QuotaState, settlement: Settlement): QuotaState {
  const state = structuredClone(before);
  prune(state, settlement.now);
  const lease = state.leases.find((held) => held.id === settlement.leaseId);
  if (lease !== undefined) {
    state.leases = state.leases.filter((held) => held !== lease);
    if (settlement.observed !== null) knowWindows(state, settlement.observed);
    countCall(state, lease.lane, settlement.now);
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
    return { resumeAt: now + LEASE_RETRY_MS, reason: 'concurrent' };
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

/** A wait that goes before this request: of a more urgent lane, or of a more urgent model in the same lane. */
function urgentWait(
  state: QuotaState,
  request: Ask,
): { resumeAt: number; sameLane: boolean } | null {
  for (const lane of LANES) {
    const waiting = state.waiting[lane];
    const sameLane = lane === request.lane;
    const goesFirst = waiting !== undefined && (!sameLane || waiting.priority < request.priority);
    if (goesFirst) return { resumeAt: waiting.resumeAt, sameLane };
    if (sameLane) return null;
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

function noteWaiting(state: QuotaState, request: Ask, resumeAt: number): void {
  const waiting = state.waiting[request.lane];
  state.waiting[request.lane] = {
    resumeAt,
    priority: Math.min(waiting?.priority ?? request.priority, request.priority),
  };
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

function prune(state: QuotaState, now: number): void {
  for (const lease of state.leases) {
    // Left by a crash; the call may have been made as late as the lease allowed.
    if (lease.expiresAt <= now) countCall(state, lease.lane, lease.expiresAt);
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

function countCall(state: QuotaState, lane: Lane, at: number): void {
  for (const window of WINDOWS) {
    const held = state.windows[window];
    if (held === undefined) continue;
    const width = WINDOW_MS[window] / SUB_WINDOWS;
    const start = Math.floor(at / width) * width;
    const bucket = held.buckets.find((existing) => existing[0] === start);
    if (bucket === undefined) {
      held.buckets.push(newBucket(start, lane));
      held.buckets.sort((a, b) => a[0] - b[0]);
    } else {
      const index = LANES.indexOf(lane) + 1;
      bucket[index] = (bucket[index] ?? 0) + 1;
    }
  }
}

function newBucket(start: number, lane: Lane): Bucket {
  return [start, ...LANES.map((each) => (each === lane ? 1 : 0))];
}

/** When the last call of a sub-window has left the window. */
function bucketEnd(held: WindowState, bucket: Bucket, windowMs: number): number {
  const last = bucket[0] + windowMs / SUB_WINDOWS;
  if (held.counting === 'rolling') return last + windowMs;
  return Math.ceil(last / windowMs) * windowMs;
}

function bucketCalls(bucket: Bucket): number {
  return LANES.reduce((sum, _, index) => sum + (bucket[index + 1] ?? 0), 0);
}

/** Our own calls in a window, those in progress included. */
function ownCalls(state: QuotaState, held: WindowState): number {
  return held.buckets.reduce((sum, bucket) => sum + bucketCalls(bucket), state.leases.length);
}

function laneCalls(state: QuotaState, held: WindowState, lane: Lane): number {
  const index = LANES.indexOf(lane) + 1;
  const inProgress = state.leases.filter((lease) => lease.lane === lane).length;
  return held.buckets.reduce((sum, bucket) => sum + (bucket[index] ?? 0), inProgress);
}

/**
 * Calls of others. Past the platform's own reset something is free again, but not how much: one call is let through,
 * whose answer tells.
 */
function foreignCalls(held: WindowState, now: number): number {
  if (held.foreign.goneAt <= now) return 0;
  return held.foreign.until > now ? held.foreign.calls : Math.max(0, held.foreign.calls - 1);
}

function newWindow(
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
