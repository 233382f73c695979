import type { Headers, ObservedWindow } from '../contract';

const WINDOWS = ['second', 'minute', 'hour', 'day'] as const;

function count(value: string | undefined): number | null {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
}

/** Every answer carries `X-RateLimit-<Window>-Limit`, `-Remaining` and `-Reset` (seconds) of each window that is set. */
export function observeLimits(headers: Headers): ObservedWindow[] {
  const observed: ObservedWindow[] = [];
  for (const window of WINDOWS) {
    const limit = count(headers[`x-ratelimit-${window}-limit`]);
    const remaining = count(headers[`x-ratelimit-${window}-remaining`]);
    if (limit === null || remaining === null) continue;
    const reset = count(headers[`x-ratelimit-${window}-reset`]);
    observed.push({ window, limit, remaining, resetMs: reset === null ? null : reset * 1_000 });
  }
  const concurrent = count(headers['x-ratelimit-concurrent-limit']);
  if (concurrent !== null) {
    observed.push({
      window: 'concurrent',
      limit: concurrent,
      remaining: concurrent,
      resetMs: null,
    });
  }
  return observed;
}
