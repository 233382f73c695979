import fc from 'fast-check';
import { leftOfWait } from './timer';

const AT = 1_760_000_000_000;

test('what has passed since the wait was worked out is taken off', () => {
  expect(leftOfWait(60_000, AT, AT + 3_000)).toBe(57_000);
  expect(leftOfWait(60_000, AT, AT)).toBe(60_000);
});

test('a clock that is behind takes nothing off', () => {
  expect(leftOfWait(60_000, AT, AT - 5_000)).toBe(60_000);
});

test('a clock that is far ahead takes half off, at most', () => {
  expect(leftOfWait(60_000, AT, AT + 3_600_000)).toBe(30_000);
  expect(leftOfWait(1, AT, AT + 3_600_000)).toBe(1);
});

test('never longer than the wait, never less than half of it, a whole number', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 * 86_400_000 }),
      fc.integer({ min: -86_400_000, max: 86_400_000 }),
      (waitMs, apartMs) => {
        const left = leftOfWait(waitMs, AT, AT + apartMs);
        expect(Number.isInteger(left)).toBe(true);
        expect(left).toBeLessThanOrEqual(waitMs);
        expect(left).toBeGreaterThanOrEqual(waitMs / 2);
      },
    ),
  );
});
