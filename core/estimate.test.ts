import { estimate, type PlannedModel, preview, runsPerDay } from './estimate';

const FROM = new Date('2026-01-01T00:00:00Z');
const every = (frequency: 'MINUTELY' | 'HOURLY' | 'DAILY' | 'WEEKLY' | 'YEARLY' | 'NEVER', n = 1) =>
  ({ frequency, interval: n }) as const;

describe('runs per day', () => {
  it.each([
    ['every minute', every('MINUTELY'), 1_440],
    ['every 5 minutes', every('MINUTELY', 5), 288],
    ['every hour', every('HOURLY'), 24],
    ['every day', every('DAILY'), 1],
    ['every week', every('WEEKLY'), 1 / 7],
    ['every year', every('YEARLY'), 1 / 365],
    ['never', every('NEVER'), 0],
    ['at six on weekdays', { cron: '0 6 * * 1-5', timezone: 'Europe/Berlin' }, 5 / 7],
    ['twice an hour', { cron: '0,30 * * * *', timezone: 'UTC' }, 48],
  ])('%s', (_what, schedule, runs) => {
    expect(runsPerDay(schedule, FROM)).toBeCloseTo(runs, 1);
  });

  it('walks a line of every minute quickly', () => {
    const from = performance.now();
    expect(runsPerDay({ cron: '* * * * *', timezone: 'Asia/Kolkata' }, FROM)).toBeCloseTo(1_440);
    expect(performance.now() - from).toBeLessThan(500);
  });
});

describe('an estimate', () => {
  const models: PlannedModel[] = [
    { dataModel: 'INVOICES', schedule: every('MINUTELY'), callsPerRun: 2.5 },
    { dataModel: 'BILLS', schedule: every('HOURLY', 2), callsPerRun: null },
    { dataModel: 'ITEMS', schedule: every('NEVER'), callsPerRun: 4 },
  ];

  it('adds up the calls of an hour, measured where there is a measure', () => {
    const { callsPerHour, byModel } = estimate(models, [], FROM);
    expect(callsPerHour).toBeCloseTo(150.5);
    expect(byModel).toMatchObject([
      { dataModel: 'INVOICES', callsPerRun: 2.5, callsPerHour: 150, basis: 'measured' },
      { dataModel: 'BILLS', callsPerRun: 1, runsPerHour: 0.5, basis: 'assumed' },
      { dataModel: 'ITEMS', callsPerHour: 0 },
    ]);
  });

  it('warns where little is left, and where it is more than there is', () => {
    const of = (limit: number) => estimate(models, [{ window: 'hour', limit }], FROM);
    expect(of(1_000).warnings).toEqual([]);
    expect(of(1_000).limits[0]?.share).toBeCloseTo(0.15);
    expect(of(200).warnings).toEqual([expect.stringContaining('75 %')]);
    expect(of(100).warnings).toEqual([expect.stringMatching(/paused and resumed.*writes/)]);
    const { warnings } = estimate(
      models,
      [
        { window: 'hour', limit: 1_000 },
        { window: 'day', limit: 2_000 },
      ],
      FROM,
    );
    expect(warnings).toEqual([expect.stringContaining('per day')]);
  });
});

it('a preview tells words, the next due times and how many there are a day', () => {
  const due = { schedule: every('HOURLY', 6), anchor: FROM, jitterMs: 0 };
  const shown = preview(due, new Date('2026-01-01T07:00:00Z'), 2);
  expect(shown).toMatchObject({
    words: 'every 6 hours',
    next: [new Date('2026-01-01T12:00:00Z'), new Date('2026-01-01T18:00:00Z')],
  });
  expect(shown.runsPerDay).toBeCloseTo(4);
  expect(preview({ ...due, schedule: every('NEVER') }, FROM, 5).next).toEqual([]);
});
