import fc from 'fast-check';
import { FREQUENCIES, type Frequency } from './names';
import {
  collapse,
  type Due,
  jitterMs,
  nextDue,
  type Schedule,
  scheduleProblem,
  scheduleWords,
} from './schedule';

const DAY_MS = 86_400_000;
const at = (text: string) => new Date(text);

function due(schedule: Schedule, anchor: string, jitter = 0): Due {
  return { schedule, anchor: at(anchor), jitterMs: jitter };
}

function ticks(from: Due, after: string, count: number): string[] {
  const found: string[] = [];
  let last: Date | null = at(after);
  while (found.length < count) {
    last = nextDue(from, last);
    if (last === null) break;
    found.push(last.toISOString());
  }
  return found;
}

const periodic = fc.record({
  frequency: fc.constantFrom(...FREQUENCIES.filter((each) => each !== 'NEVER')),
  interval: fc.integer({ min: 1, max: 40 }),
});
const instant = fc
  .integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) })
  .map((ms) => new Date(ms));
const dueAny: fc.Arbitrary<Due> = fc
  .record({ schedule: periodic, anchor: instant, jitter: fc.integer({ min: 0, max: 120_000 }) })
  .map(({ schedule, anchor, jitter }) => ({ schedule, anchor, jitterMs: jitter }));

describe('nextDue', () => {
  it('counts periods from the creation of the connection, in UTC', () => {
    const hourly = due({ frequency: 'HOURLY', interval: 2 }, '2026-03-01T10:17:30.500Z');
    expect(ticks(hourly, '2026-03-01T10:17:30.500Z', 3)).toEqual([
      '2026-03-01T12:17:30.500Z',
      '2026-03-01T14:17:30.500Z',
      '2026-03-01T16:17:30.500Z',
    ]);
    expect(ticks(hourly, '2026-03-05T00:00:00.000Z', 1)).toEqual(['2026-03-05T00:17:30.500Z']);
  });

  it.each([
    ['MINUTELY', '2026-03-01T10:01:00.000Z'],
    ['HOURLY', '2026-03-01T11:00:00.000Z'],
    ['DAILY', '2026-03-02T10:00:00.000Z'],
    ['WEEKLY', '2026-03-08T10:00:00.000Z'],
    ['MONTHLY', '2026-04-01T10:00:00.000Z'],
    ['YEARLY', '2027-03-01T10:00:00.000Z'],
  ] as const)('%s × 1 comes next at %s', (frequency, next) => {
    const anchor = '2026-03-01T10:00:00.000Z';
    expect(nextDue(due({ frequency, interval: 1 }, anchor), at(anchor))?.toISOString()).toBe(next);
  });

  it('never comes for NEVER', () => {
    const never = due({ frequency: 'NEVER', interval: 1 }, '2026-03-01T10:00:00.000Z');
    expect(nextDue(never, at('2030-01-01T00:00:00.000Z'))).toBeNull();
  });

  it('clamps month ends, and comes back to the day of the creation where a month has it', () => {
    const monthly = due({ frequency: 'MONTHLY', interval: 1 }, '2027-10-31T08:00:00.000Z');
    expect(ticks(monthly, '2027-10-31T08:00:00.000Z', 6)).toEqual([
      '2027-11-30T08:00:00.000Z',
      '2027-12-31T08:00:00.000Z',
      '2028-01-31T08:00:00.000Z',
      '2028-02-29T08:00:00.000Z',
      '2028-03-31T08:00:00.000Z',
      '2028-04-30T08:00:00.000Z',
    ]);
    const yearly = due({ frequency: 'YEARLY', interval: 1 }, '2028-02-29T08:00:00.000Z');
    expect(ticks(yearly, '2028-02-29T08:00:00.000Z', 4)).toEqual([
      '2029-02-28T08:00:00.000Z',
      '2030-02-28T08:00:00.000Z',
      '2031-02-28T08:00:00.000Z',
      '2032-02-29T08:00:00.000Z',
    ]);
  });

  it('reads cron lines in their zone, through both changes of the clock', () => {
    const cron = due(
      { cron: '30 2 * * *', timezone: 'America/New_York' },
      '2026-01-01T00:00:00.000Z',
    );
    // On 1 November 02:30 comes once, after the repeated hour; on 14 March there is no 02:30.
    expect(ticks(cron, '2026-10-31T00:00:00.000Z', 3)).toEqual([
      '2026-10-31T06:30:00.000Z',
      '2026-11-01T07:30:00.000Z',
      '2026-11-02T07:30:00.000Z',
    ]);
    const spring = ticks(cron, '2027-03-13T12:00:00.000Z', 2);
    expect(spring[0]?.slice(0, 10)).toBe('2027-03-14');
    expect(spring[1]).toBe('2027-03-15T06:30:00.000Z');
    const working = due({ cron: '0 6 * * 1-5', timezone: 'Europe/Berlin' }, '2026-01-01T00:00:00Z');
    expect(ticks(working, '2026-07-03T12:00:00.000Z', 2)).toEqual([
      '2026-07-06T04:00:00.000Z',
      '2026-07-07T04:00:00.000Z',
    ]);
  });

  it('comes strictly after the instant asked for, and the next one is never skipped', () => {
    fc.assert(
      fc.property(dueAny, instant, (each, after) => {
        const next = nextDue(each, after);
        expect(next).not.toBeNull();
        if (next === null) return;
        expect(next.getTime()).toBeGreaterThan(after.getTime());
        expect(next.getTime()).toBeGreaterThan(each.anchor.getTime() + each.jitterMs);
        // Whatever lies between is not due: asked from there, the answer is the same.
        const between = new Date(Math.floor((next.getTime() + after.getTime()) / 2));
        expect(nextDue(each, between)?.getTime()).toBe(next.getTime());
      }),
    );
  });

  it('gives models of one connection with one frequency one due time, whenever they are asked', () => {
    fc.assert(
      fc.property(dueAny, instant, fc.integer({ min: 1, max: 50 }), (each, after, steps) => {
        let last: Date | null = after;
        for (let step = 0; step < steps && last !== null; step += 1) last = nextDue(each, last);
        if (last === null) return;
        expect(nextDue(each, new Date(last.getTime() - 1))?.getTime()).toBe(last.getTime());
      }),
      { numRuns: 50 },
    );
  });

  it('ends where dates have no common text form, instead of breaking the row it stands in', () => {
    const rare = due({ frequency: 'YEARLY', interval: 10_000 }, '2026-03-01T10:00:00.000Z');
    expect(nextDue(rare, at('2026-03-01T10:00:00.000Z'))).toBeNull();
  });
});

describe('collapse', () => {
  it('says how many ticks one job stands for', () => {
    const minutely = due({ frequency: 'MINUTELY', interval: 1 }, '2026-03-01T10:00:00.000Z');
    expect(
      collapse(minutely, at('2026-03-01T10:05:00.000Z'), at('2026-03-01T10:05:00.100Z')),
    ).toEqual({ missed: 0, next: at('2026-03-01T10:06:00.000Z') });
    expect(
      collapse(minutely, at('2026-03-01T10:05:00.000Z'), at('2026-03-01T10:15:59.999Z')),
    ).toEqual({ missed: 10, next: at('2026-03-01T10:16:00.000Z') });
  });

  it('counts a cron line the same way', () => {
    const cron = due({ cron: '*/15 * * * *', timezone: 'UTC' }, '2026-03-01T00:00:00.000Z');
    expect(collapse(cron, at('2026-03-01T10:15:00.000Z'), at('2026-03-01T11:14:00.000Z'))).toEqual({
      missed: 3,
      next: at('2026-03-01T11:15:00.000Z'),
    });
  });

  it('loses no tick and counts none twice: walking them one by one gives the same', () => {
    fc.assert(
      fc.property(dueAny, instant, fc.integer({ min: 0, max: 60 }), (each, from, steps) => {
        const walked: Date[] = [];
        for (let last = nextDue(each, from); last !== null && walked.length < steps; ) {
          walked.push(last);
          last = nextDue(each, last);
        }
        const to = walked.at(-1) ?? from;
        expect(collapse(each, from, to)).toEqual({
          missed: walked.length,
          next: nextDue(each, to),
        });
      }),
    );
  });
});

describe('jitterMs', () => {
  const schedules: [Frequency, number, number][] = [
    ['MINUTELY', 1, 6_000],
    ['MINUTELY', 5, 30_000],
    ['HOURLY', 1, 120_000],
    ['DAILY', 1, 120_000],
  ];
  it.each(schedules)('of %s × %d stays below %d ms', (frequency, interval, most) => {
    const all = Array.from({ length: 2_000 }, (_, id) =>
      jitterMs({ frequency, interval }, String(id + 1)),
    );
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...all)).toBeLessThan(most);
    // Spread over the whole range: connections made at one instant do not come in one lump.
    const tenths = new Set(all.map((jitter) => Math.floor((jitter * 10) / most)));
    expect(tenths.size).toBe(10);
  });

  it('is the same for the same connection, and none for cron and NEVER', () => {
    const hourly = { frequency: 'HOURLY', interval: 1 } as const;
    expect(jitterMs(hourly, '42')).toBe(jitterMs(hourly, '42'));
    expect(jitterMs({ cron: '0 * * * *', timezone: 'UTC' }, '42')).toBe(0);
    expect(jitterMs({ frequency: 'NEVER', interval: 1 }, '42')).toBe(0);
  });

  it('stays the same from release to release, or every upgrade would move every tick', () => {
    const days = ['1', '2', '77', '1000001'].map((id) =>
      jitterMs({ frequency: 'DAILY', interval: 1 }, id),
    );
    expect(days).toEqual([68_936, 73_523, 31_037, 30_435]);
  });
});

describe('scheduleProblem', () => {
  it.each([
    [{ frequency: 'DAILY', interval: 1 }, null],
    [{ frequency: 'DAILY', interval: 0 }, 'interval'],
    [{ cron: '0 6 * * 1-5', timezone: 'Europe/Berlin' }, null],
    [{ cron: '0 6 * * 1-5', timezone: 'Europe/Atlantis' }, 'timezone'],
    [{ cron: '', timezone: 'UTC' }, 'cron'],
    [{ cron: '@daily', timezone: 'UTC' }, 'cron'],
    [{ cron: '0 0 6 * * 1', timezone: 'UTC' }, 'cron'],
    [{ cron: '61 * * * *', timezone: 'UTC' }, 'cron'],
    [{ cron: 'a b c d e', timezone: 'UTC' }, 'cron'],
    [{ cron: '0 0 31 2 *', timezone: 'UTC' }, 'cron'],
  ] as const)('%j: the field at fault is %s', (schedule, field) => {
    expect(scheduleProblem(schedule)?.field ?? null).toBe(field);
  });

  it('accepts only what comes again and again', () => {
    const zones = fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia');
    const minute = fc.integer({ min: 0, max: 59 });
    const hour = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(zones, minute, hour, instant, (timezone, m, h, after) => {
        const schedule = { cron: `${m} ${h} * * *`, timezone };
        expect(scheduleProblem(schedule)).toBeNull();
        const next = nextDue({ schedule, anchor: after, jitterMs: 0 }, after);
        // Never more than a day and the widest change of a zone's clock away (Apia left out a whole day once).
        expect((next?.getTime() ?? 0) - after.getTime()).toBeLessThanOrEqual(
          2 * DAY_MS + 3_600_000,
        );
      }),
      { numRuns: 50 },
    );
  });
});

test('a schedule is told in words', () => {
  expect(scheduleWords({ frequency: 'HOURLY', interval: 1 })).toBe('every hour');
  expect(scheduleWords({ frequency: 'DAILY', interval: 3 })).toBe('every 3 days');
  expect(scheduleWords({ frequency: 'NEVER', interval: 1 })).toBe('never by itself');
  expect(scheduleWords({ cron: '0 6 * * *', timezone: 'Asia/Tokyo' })).toBe(
    'cron 0 6 * * * Asia/Tokyo',
  );
});
