/**
 * What is left of a wait when its timer is set at last. `asOfMs` and `nowMs` are epoch milliseconds of two machines'
 * clocks: a burst keeps a workflow waiting for seconds before it sets its timer, which must not make the next tick late
 * as well. At least half of the wait stays: where the clocks differ, a look too early costs one more, and never a loop.
 */
export function leftOfWait(waitMs: number, asOfMs: number, nowMs: number): number {
  const goneMs = Math.max(0, nowMs - asOfMs);
  return Math.ceil(Math.max(waitMs / 2, waitMs - goneMs));
}
