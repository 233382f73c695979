import fc from 'fast-check';
import { backoffMs } from './backoff';

const config = fc
  .record({ baseMs: fc.integer({ min: 1, max: 5_000 }), more: fc.integer({ min: 0, max: 60_000 }) })
  .map(({ baseMs, more }) => ({ baseMs, capMs: baseMs + more }));

describe('backoffMs', () => {
  it('doubles from the base up to the cap', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((attempt) =>
      backoffMs(attempt, { baseMs: 500, capMs: 6_000 }),
    );
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 6_000, 6_000]);
  });

  it('never shrinks, never passes the cap and never falls below the base, however many attempts', () => {
    fc.assert(
      fc.property(config, fc.integer({ min: 1, max: 2_000 }), (limits, attempt) => {
        const wait = backoffMs(attempt, limits);
        expect(wait).toBeGreaterThanOrEqual(limits.baseMs);
        expect(wait).toBeLessThanOrEqual(limits.capMs);
        expect(backoffMs(attempt + 1, limits)).toBeGreaterThanOrEqual(wait);
      }),
    );
  });
});
