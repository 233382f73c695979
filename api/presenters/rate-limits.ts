import { type QuotaState, used, WINDOW_MS, WINDOWS } from '../../core/quota';

export interface RateLimits {
  counters: Record<string, number>;
  lastReset: Record<string, string>;
  maxLimits: Record<string, number>;
}

/** The quota ledger in the form of the v3 contract. A rolling window was "last reset" one window ago. */
export function presentRateLimits(state: QuotaState | null, now: Date): RateLimits {
  const answer: RateLimits = { counters: {}, lastReset: {}, maxLimits: {} };
  if (state === null) return answer;
  const nowMs = now.getTime();
  for (const window of WINDOWS) {
    const held = state.windows[window];
    if (held === undefined) continue;
    const length = WINDOW_MS[window];
    const start = held.counting === 'calendar' ? nowMs - (nowMs % length) : nowMs - length;
    answer.counters[window] = Math.round(used(state, window, nowMs));
    answer.lastReset[window] = new Date(start).toISOString();
    answer.maxLimits[`per_${window}`] = held.limit;
  }
  answer.counters['concurrent'] = state.leases.filter((lease) => lease.expiresAt > nowMs).length;
  answer.maxLimits['concurrent_calls'] = state.concurrent;
  return answer;
}
