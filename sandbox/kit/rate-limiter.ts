/** How many requests a tenant may make; absent = unlimited. */
export interface Limits {
  per_second?: number;
  per_minute?: number;
  per_hour?: number;
  per_day?: number;
  concurrent?: number;
}

type WindowLimit = Exclude<keyof Limits, 'concurrent'>;

const DAY_MS = 86_400_000;

const WINDOWS: readonly { limit: WindowLimit; label: string; lengthMs: number }[] = [
  { limit: 'per_second', label: 'Second', lengthMs: 1_000 },
  { limit: 'per_minute', label: 'Minute', lengthMs: 60_000 },
  { limit: 'per_hour', label: 'Hour', lengthMs: 3_600_000 },
  { limit: 'per_day', label: 'Day', lengthMs: DAY_MS },
];

/** Arrivals older than a day are cut off in lots of this size, so that cutting costs nothing. */
const TRIM_LOT = 10_000;

/** What became of a request at the gate. */
export type Admission =
  | { admitted: true }
  | { admitted: false; window: string; retryAfterMs: number };

/**
 * Rolling windows of one tenant. A request counts from its arrival until exactly one window length
 * later; a refused request does not count. All windows look at one list of arrivals, so a limit that
 * is set later knows what happened before it.
 * Times are milliseconds of one clock that never goes back.
 */
export class RateLimiter {
  private arrivals: number[] = [];
  private readonly firstInside = new Map<WindowLimit, number>();
  private inProgress = 0;

  constructor(private limits: Limits = {}) {}

  setLimits(limits: Limits): void {
    this.limits = limits;
  }

  getLimits(): Limits {
    return this.limits;
  }

  /** Requests that have arrived and have no answer yet. */
  get concurrent(): number {
    return this.inProgress;
  }

  /** Puts back what was admitted before a restart, oldest first. */
  restore(arrivals: readonly number[]): void {
    this.arrivals = [...arrivals];
    this.firstInside.clear();
  }

  /** Counts the request where every window has room. An admitted one must be `release`d. */
  admit(nowMs: number): Admission {
    const { concurrent } = this.limits;
    let refused: { window: string; retryAfterMs: number } | null =
      concurrent !== undefined && this.inProgress >= concurrent
        ? { window: 'concurrent', retryAfterMs: 1_000 }
        : null;
    for (const window of WINDOWS) {
      const state = this.look(window, nowMs);
      if (state === null || state.remaining > 0) continue;
      if (refused === null || state.resetMs > refused.retryAfterMs) {
        refused = { window: window.label.toLowerCase(), retryAfterMs: state.resetMs };
      }
    }
    if (refused !== null) return { admitted: false, ...refused };
    this.arrivals.push(nowMs);
    this.inProgress += 1;
    this.trim(nowMs);
    return { admitted: true };
  }

  release(): void {
    this.inProgress -= 1;
  }

  /** Limit, remaining and reset of each window that is set, as header names and values. */
  headers(nowMs: number): [string, string][] {
    const headers: [string, string][] = [];
    for (const window of WINDOWS) {
      const state = this.look(window, nowMs);
      if (state === null) continue;
      headers.push(
        [`X-RateLimit-${window.label}-Limit`, String(state.limit)],
        [`X-RateLimit-${window.label}-Remaining`, String(state.remaining)],
        [`X-RateLimit-${window.label}-Reset`, String(Math.ceil(state.resetMs / 1_000))],
      );
    }
    const { concurrent } = this.limits;
    if (concurrent !== undefined) {
      headers.push(
        ['X-RateLimit-Concurrent-Limit', String(concurrent)],
        ['X-RateLimit-Concurrent-Remaining', String(Math.max(0, concurrent - this.inProgress))],
      );
    }
    return headers;
  }

  /** `resetMs`: until the oldest request leaves, or, where the window is full, until one more fits. */
  private look(
    window: { limit: WindowLimit; lengthMs: number },
    nowMs: number,
  ): { limit: number; remaining: number; resetMs: number } | null {
    const limit = this.limits[window.limit];
    if (limit === undefined) return null;
    const first = this.advance(window, nowMs);
    const used = this.arrivals.length - first;
    // A limit lowered below what is used frees a place only when the surplus has gone too.
    const decisive = this.arrivals[Math.max(first, this.arrivals.length - limit)];
    return {
      limit,
      remaining: Math.max(0, limit - used),
      resetMs: decisive === undefined ? 0 : decisive + window.lengthMs - nowMs,
    };
  }

  private advance(window: { limit: WindowLimit; lengthMs: number }, nowMs: number): number {
    let first = this.firstInside.get(window.limit) ?? 0;
    for (;;) {
      const arrival = this.arrivals[first];
      if (arrival === undefined || arrival > nowMs - window.lengthMs) break;
      first += 1;
    }
    this.firstInside.set(window.limit, first);
    return first;
  }

  private trim(nowMs: number): void {
    const lastOfLot = this.arrivals[TRIM_LOT - 1];
    if (lastOfLot === undefined || lastOfLot > nowMs - DAY_MS) return;
    this.arrivals.splice(0, TRIM_LOT);
    for (const [window, first] of this.firstInside) {
      this.firstInside.set(window, Math.max(0, first - TRIM_LOT));
    }
  }
}
