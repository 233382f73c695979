import fc from 'fast-check';
import { RateLimiter } from './rate-limiter';

function headersOf(limiter: RateLimiter, nowMs: number): { [name: string]: string } {
  return Object.fromEntries(limiter.headers(nowMs));
}

it('frees a place exactly one window length after the request arrived', () => {
  const limiter = new RateLimiter({ per_second: 2 });
  expect(limiter.admit(1_000).admitted).toBe(true);
  expect(limiter.admit(1_400).admitted).toBe(true);
  expect(limiter.admit(1_999.9)).toEqual({
    admitted: false,
    window: 'second',
    retryAfterMs: expect.closeTo(0.1, 6),
  });
  expect(limiter.admit(2_000).admitted).toBe(true);
  expect(limiter.admit(2_399).admitted).toBe(false);
  expect(limiter.admit(2_400).admitted).toBe(true);
});

it('does not count what it refuses', () => {
  const limiter = new RateLimiter({ per_minute: 1 });
  limiter.admit(0);
  for (let at = 1_000; at < 60_000; at += 1_000) expect(limiter.admit(at).admitted).toBe(false);
  expect(limiter.admit(60_000).admitted).toBe(true);
});

it.each([
  ['per_second', 1_000],
  ['per_minute', 60_000],
  ['per_hour', 3_600_000],
  ['per_day', 86_400_000],
] as const)('keeps the window %s', (limit, lengthMs) => {
  const limiter = new RateLimiter({ [limit]: 1 });
  limiter.admit(0);
  expect(limiter.admit(lengthMs - 1)).toMatchObject({ admitted: false, retryAfterMs: 1 });
  expect(limiter.admit(lengthMs).admitted).toBe(true);
});

it('names the window that keeps the caller longest', () => {
  const limiter = new RateLimiter({ per_second: 1, per_minute: 1 });
  limiter.admit(0);
  expect(limiter.admit(10)).toEqual({ admitted: false, window: 'minute', retryAfterMs: 59_990 });
});

it('tells limit, remaining and the seconds until something frees, rounded up', () => {
  const limiter = new RateLimiter({ per_minute: 3, per_day: 10, concurrent: 2 });
  expect(headersOf(limiter, 0)).toEqual({
    'X-RateLimit-Minute-Limit': '3',
    'X-RateLimit-Minute-Remaining': '3',
    'X-RateLimit-Minute-Reset': '0',
    'X-RateLimit-Day-Limit': '10',
    'X-RateLimit-Day-Remaining': '10',
    'X-RateLimit-Day-Reset': '0',
    'X-RateLimit-Concurrent-Limit': '2',
    'X-RateLimit-Concurrent-Remaining': '2',
  });
  limiter.admit(0);
  limiter.admit(20_000);
  expect(headersOf(limiter, 20_500)).toMatchObject({
    'X-RateLimit-Minute-Remaining': '1',
    'X-RateLimit-Minute-Reset': '40',
    'X-RateLimit-Day-Remaining': '8',
    'X-RateLimit-Concurrent-Remaining': '0',
  });
  limiter.release();
  expect(headersOf(limiter, 60_000)).toMatchObject({
    'X-RateLimit-Minute-Remaining': '2',
    'X-RateLimit-Minute-Reset': '20',
    'X-RateLimit-Concurrent-Remaining': '1',
  });
});

it('lets only so many run at once', () => {
  const limiter = new RateLimiter({ concurrent: 1 });
  limiter.admit(0);
  expect(limiter.admit(1)).toEqual({ admitted: false, window: 'concurrent', retryAfterMs: 1_000 });
  limiter.release();
  expect(limiter.admit(2).admitted).toBe(true);
});

it('knows, when a limit is set or lowered later, what happened before', () => {
  const limiter = new RateLimiter();
  for (const at of [0, 1_000, 2_000]) limiter.admit(at);
  limiter.setLimits({ per_minute: 2 });
  // Two must leave, not one, before a third fits.
  expect(limiter.admit(3_000)).toMatchObject({ admitted: false, retryAfterMs: 58_000 });
  expect(headersOf(limiter, 3_000)['X-RateLimit-Minute-Reset']).toBe('58');
  expect(limiter.admit(60_999).admitted).toBe(false);
  expect(limiter.admit(61_000).admitted).toBe(true);
});

it('takes up after a restart what was admitted before', () => {
  const limiter = new RateLimiter({ per_minute: 2 });
  limiter.restore([0, 30_000]);
  expect(limiter.admit(40_000).admitted).toBe(false);
  expect(limiter.admit(60_000).admitted).toBe(true);
});

it('stays right when old arrivals are cut off', () => {
  const limiter = new RateLimiter({ per_day: 25_000, per_minute: 15_000 });
  const day = 86_400_000;
  for (let n = 0; n < 12_000; n += 1) limiter.admit(n);
  for (let n = 0; n < 15_000; n += 1) expect(limiter.admit(day + 12_000).admitted).toBe(true);
  expect(limiter.admit(day + 12_001)).toMatchObject({ admitted: false, window: 'minute' });
  expect(headersOf(limiter, day + 12_001)['X-RateLimit-Day-Remaining']).toBe('10000');
});

it('admits what a count over all earlier admissions admits, for any arrivals', () => {
  const steps = fc.array(fc.nat({ max: 1_500 }), { maxLength: 200 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 20 }),
      steps,
      (s, m, gaps) => {
        const limiter = new RateLimiter({ per_second: s, per_minute: m });
        const admitted: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          const inside = (lengthMs: number) => admitted.filter((at) => at > now - lengthMs).length;
          const expected = inside(1_000) < s && inside(60_000) < m;
          expect(limiter.admit(now).admitted).toBe(expected);
          if (expected) admitted.push(now);
        }
      },
    ),
  );
});
