import { observeLimits } from './limits';

describe('observeLimits', () => {
  it('reads each window that is set', () => {
    expect(
      observeLimits({
        'x-ratelimit-minute-limit': '60',
        'x-ratelimit-minute-remaining': '0',
        'x-ratelimit-minute-reset': '42',
        'x-ratelimit-day-limit': '1000',
        'x-ratelimit-day-remaining': '7',
        'x-ratelimit-concurrent-limit': '3',
        'x-ratelimit-concurrent-remaining': '1',
      }),
    ).toEqual([
      { window: 'minute', limit: 60, remaining: 0, resetMs: 42_000 },
      { window: 'day', limit: 1000, remaining: 7, resetMs: null },
      { window: 'concurrent', limit: 3, remaining: 3, resetMs: null },
    ]);
  });

  it('sees nothing where nothing is said, or nothing that can be read', () => {
    expect(observeLimits({})).toEqual([]);
    expect(observeLimits({ 'x-ratelimit-hour-limit': '60' })).toEqual([]);
    expect(
      observeLimits({ 'x-ratelimit-hour-limit': 'x', 'x-ratelimit-hour-remaining': '-1' }),
    ).toEqual([]);
  });
});
