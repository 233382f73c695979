import { performance } from 'node:perf_hooks';

/**
 * Milliseconds since 1970 that never go back while the process lives, with fractions.
 * Rate-limit windows are counted on it: a corrected wall clock must not free or block a window.
 */
export function steadyNowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A platform's own clock: the host's, ahead of it (positive) or behind it (negative). */
export class OffsetClock {
  offsetMs = 0;

  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  nowIso(): string {
    return new Date(this.nowMs()).toISOString();
  }
}
