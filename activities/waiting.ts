import { setTimeout as delay } from 'node:timers/promises';
import type { RunContext } from './deps';

/** Short enough for the heartbeat time-out, and for a stopping worker. */
const HEARTBEAT_EVERY_MS = 5_000;

/** Waits inside an activity, heartbeating. Rejects when the activity is cancelled. */
export async function waitInline(run: RunContext, ms: number, why: string): Promise<void> {
  const until = Date.now() + ms;
  for (let left = ms; left > 0; left = until - Date.now()) {
    run.heartbeat({ waiting: why, until: new Date(until).toISOString() });
    await delay(Math.min(left, HEARTBEAT_EVERY_MS), undefined, { signal: run.signal });
  }
}
