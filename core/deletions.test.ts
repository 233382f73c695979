import fc from 'fast-check';
import { isHeld } from './deletions';

describe('isHeld', () => {
  it.each([
    { gone: 0, live: 0, held: false },
    { gone: 0, live: 10, held: false },
    { gone: 1, live: 1, held: true },
    { gone: 9, live: 10, held: false },
    { gone: 10, live: 10, held: true },
    { gone: 50, live: 60, held: false },
    { gone: 51, live: 60, held: true },
    { gone: 51, live: 255, held: false },
    { gone: 51, live: 254, held: true },
    { gone: 2_000, live: 10_000, held: false },
    { gone: 2_001, live: 10_000, held: true },
  ])('$gone of $live live rows: held is $held', ({ gone, live, held }) => {
    expect(isHeld({ gone, live, allowed: false })).toBe(held);
  });

  const sweep = fc
    .record({
      live: fc.integer({ min: 1, max: 5_000 }),
      thousandth: fc.integer({ min: 0, max: 999 }),
    })
    .map(({ live, thousandth }) => ({ live, gone: Math.floor((live * thousandth) / 1_000) }));

  it('holds nothing that a person has allowed', () => {
    fc.assert(
      fc.property(sweep, ({ gone, live }) => {
        expect(isHeld({ gone, live, allowed: true })).toBe(false);
      }),
    );
  });

  it('holds more where more would go', () => {
    fc.assert(
      fc.property(sweep, ({ gone, live }) => {
        const more = isHeld({ gone: gone + 1, live, allowed: false });
        expect(Number(more)).toBeGreaterThanOrEqual(Number(isHeld({ gone, live, allowed: false })));
      }),
    );
  });

  it('never lets a platform that shows nothing empty a model', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (live) => {
        expect(isHeld({ gone: live, live, allowed: false })).toBe(true);
      }),
    );
  });
});
