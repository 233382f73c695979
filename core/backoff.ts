/** Attempts in a row without a stored page after which a pull fails. */
export const MAX_ATTEMPTS = 10;

/** Listings begun anew without getting further than before, after which a pull fails. */
export const MAX_RESTARTS = 5;

/** Waits up to this long are spent inside the activity, heartbeating; longer ones by the workflow's durable timer. */
export const INLINE_WAIT_MS = 10_000;

/** A wait for quota of this length or more is shown as SLEEPING. */
export const SLEEPING_FROM_MS = 2_000;

/** How long a chunk of a pull may run before it hands back to its workflow. */
export const CHUNK_MS = 60_000;

/** How long a backfill's chunk keeps going while a tick of the same model waits. */
export const YIELD_TO_TICK_MS = 10_000;

export interface BackoffConfig {
  readonly baseMs: number;
  readonly capMs: number;
}

/** Wait after the `attempt`-th failed attempt in a row (1-based): doubling from the base up to the cap. */
export function backoffMs(attempt: number, config: BackoffConfig): number {
  return Math.min(config.capMs, config.baseMs * 2 ** Math.max(0, attempt - 1));
}
