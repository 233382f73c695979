import { retryAfterMs } from './retry-after';

const now = new Date('2026-03-01T10:00:00Z');

describe('retryAfterMs', () => {
  it.each([
    ['5', 5_000],
    ['0', 0],
    ['0.2', 200],
    [' 7 ', 7_000],
    ['Sun, 01 Mar 2026 10:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 09:00:00 GMT', 0],
    // Nobody is made to wait longer than a day.
    ['99999999999', 86_400_000],
    ['9'.repeat(400), 86_400_000],
    ['Sun, 01 Mar 2099 10:00:00 GMT', 86_400_000],
  ])('reads %j as %i ms', (value, expected) => {
    expect(retryAfterMs(value, now)).toBe(expected);
  });

  it.each([undefined, '', 'soon', '-5x'])('reads %j as nothing', (value) => {
    expect(retryAfterMs(value, now)).toBeNull();
  });
});
