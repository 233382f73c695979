import fc from 'fast-check';
import { SYNC_MODES, TRIGGERS } from './names';
import {
  afterSuccess,
  BEGINNING,
  type Coverage,
  fromColumn,
  type JobAsk,
  kindOf,
  mergeWindows,
  type ModelFacts,
  toColumn,
  type Window,
  windowOf,
} from './windows';

const at = (text: string) => new Date(text);
const MARCH = at('2026-03-01T00:00:00Z');
const APRIL = at('2026-04-01T00:00:00Z');
const MAY = at('2026-05-01T00:00:00Z');
const JUNE = at('2026-06-01T00:00:00Z');

const facts = (more: Partial<ModelFacts> = {}): ModelFacts => ({
  watermark: APRIL,
  owedSince: null,
  syncFrom: null,
  overlapMs: 300_000,
  ...more,
});
const job = (more: Partial<JobAsk> = {}): JobAsk => ({
  mode: 'incremental',
  trigger: 'manual',
  since: null,
  ...more,
});

const instant = fc
  .integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) })
  .map((ms) => new Date(ms));
const maybe = fc.option(instant, { nil: null });
const window = fc.record({ since: maybe, sweep: fc.boolean() });

describe('windowOf', () => {
  it('reads an incremental from the watermark minus the overlap', () => {
    expect(windowOf(job(), facts())).toEqual({ since: at('2026-03-31T23:55:00Z'), sweep: false });
    expect(windowOf(job({ trigger: 'auto' }), facts({ overlapMs: 0 }))).toEqual({
      since: APRIL,
      sweep: false,
    });
  });

  it('reads everything where there is no watermark, from sync_from if that is set', () => {
    expect(windowOf(job(), facts({ watermark: null }))).toEqual({ since: null, sweep: false });
    expect(windowOf(job(), facts({ watermark: null, syncFrom: MARCH }))).toEqual({
      since: MARCH,
      sweep: false,
    });
  });

  it('reads a full sync from sync_from, and sweeps', () => {
    expect(windowOf(job({ mode: 'full' }), facts())).toEqual({ since: null, sweep: true });
    expect(windowOf(job({ mode: 'full' }), facts({ syncFrom: MARCH }))).toEqual({
      since: MARCH,
      sweep: true,
    });
  });

  it('reads a from-date sync from its date, whatever else is known', () => {
    const asked = job({ mode: 'from_date', since: MAY });
    expect(windowOf(asked, facts({ syncFrom: MARCH, owedSince: BEGINNING }))).toEqual({
      since: MAY,
      sweep: false,
    });
  });

  it('reads an initial sync from where history is owed', () => {
    const initial = job({ trigger: 'initial' });
    expect(windowOf(initial, facts({ owedSince: BEGINNING }))).toEqual({
      since: null,
      sweep: false,
    });
    expect(windowOf(initial, facts({ owedSince: MARCH }))).toEqual({ since: MARCH, sweep: false });
    // The debt was paid by another pull while it waited.
    expect(windowOf(initial, facts({ syncFrom: MAY }))).toEqual({ since: MAY, sweep: false });
  });
});

describe('kindOf', () => {
  it('makes an incremental pull of incremental jobs that have a watermark, and of nothing else', () => {
    for (const mode of SYNC_MODES) {
      for (const trigger of TRIGGERS) {
        const expected =
          mode === 'incremental' && trigger !== 'initial' ? 'incremental' : 'backfill';
        expect(kindOf(job({ mode, trigger }), APRIL)).toBe(expected);
        expect(kindOf(job({ mode, trigger }), null)).toBe('backfill');
      }
    }
  });
});

describe('mergeWindows', () => {
  it('serves every job: it starts no later than each and sweeps if any does', () => {
    fc.assert(
      fc.property(fc.array(window, { minLength: 1 }), (windows) => {
        const merged = mergeWindows(windows);
        for (const each of windows) {
          expect(toColumn(merged.since).getTime()).toBeLessThanOrEqual(
            toColumn(each.since).getTime(),
          );
        }
        expect(merged.sweep).toBe(windows.some((each) => each.sweep));
      }),
    );
  });

  it('reads no more than the widest job asks for', () => {
    fc.assert(
      fc.property(fc.array(window, { minLength: 1 }), (windows: Window[]) => {
        const starts = windows.map((each) => toColumn(each.since).getTime());
        expect(toColumn(mergeWindows(windows).since).getTime()).toBe(Math.min(...starts));
      }),
    );
  });
});

describe('afterSuccess', () => {
  const before = (more: Partial<Coverage> = {}): Coverage => ({
    watermark: APRIL,
    coveredFrom: MARCH,
    owedSince: null,
    ...more,
  });

  it('moves the watermark of an incremental to its first date, and nothing else', () => {
    const pull = { kind: 'incremental', since: APRIL, firstDate: MAY } as const;
    expect(afterSuccess(before({ owedSince: BEGINNING }), pull)).toEqual({
      watermark: MAY,
      coveredFrom: MARCH,
      owedSince: BEGINNING,
    });
  });

  it('pays the debt with a backfill that reaches that far back, and only with such a one', () => {
    const unsynced = { watermark: null, coveredFrom: null };
    const pull = { kind: 'backfill', firstDate: JUNE } as const;
    expect(afterSuccess({ ...unsynced, owedSince: MARCH }, { ...pull, since: MARCH })).toEqual({
      watermark: JUNE,
      coveredFrom: MARCH,
      owedSince: null,
    });
    expect(afterSuccess({ ...unsynced, owedSince: BEGINNING }, { ...pull, since: MARCH })).toEqual({
      watermark: JUNE,
      coveredFrom: MARCH,
      owedSince: BEGINNING,
    });
    expect(afterSuccess({ ...unsynced, owedSince: BEGINNING }, { ...pull, since: null })).toEqual({
      watermark: JUNE,
      coveredFrom: BEGINNING,
      owedSince: null,
    });
  });

  it('lets a from-date pull set the first watermark, and move one only if its date is not after it', () => {
    const pull = { kind: 'backfill', firstDate: JUNE } as const;
    const first = afterSuccess(
      { watermark: null, coveredFrom: null, owedSince: null },
      { ...pull, since: MAY },
    );
    expect(first).toEqual({ watermark: JUNE, coveredFrom: MAY, owedSince: null });
    expect(afterSuccess(before(), { ...pull, since: APRIL })).toEqual({
      watermark: JUNE,
      coveredFrom: MARCH,
      owedSince: null,
    });
    // What changed between the watermark and the date was never read.
    expect(afterSuccess(before(), { ...pull, since: MAY })).toEqual(before());
  });

  const coverage = fc.record({ watermark: maybe, coveredFrom: maybe, owedSince: maybe }).map(
    (each): Coverage => ({
      ...each,
      coveredFrom: each.watermark === null ? null : each.coveredFrom,
    }),
  );
  const pull = fc.record({
    kind: fc.constantFrom('incremental' as const, 'backfill' as const),
    since: maybe,
    firstDate: instant,
  });

  it('moves the watermark forward only, covered_from back only, and owes no more than before', () => {
    fc.assert(
      fc.property(coverage, pull, (was, each) => {
        const is = afterSuccess(was, each);
        if (was.watermark !== null) {
          expect(is.watermark?.getTime()).toBeGreaterThanOrEqual(was.watermark.getTime());
        }
        if (was.coveredFrom !== null) {
          expect(is.coveredFrom?.getTime()).toBeLessThanOrEqual(was.coveredFrom.getTime());
        }
        expect([was.owedSince?.getTime() ?? null, null]).toContain(is.owedSince?.getTime() ?? null);
      }),
    );
  });

  it('never claims to be complete where no pull has read', () => {
    // A timeline of single days: a pull that begins on day `now` reads what changed from its start until then.
    const DAY = 86_400_000;
    const days = fc.integer({ min: 0, max: 12 });
    const reads = fc.array(
      fc.record({ mode: fc.constantFrom('incremental', 'backfill'), pause: days, back: days }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(reads, (sequence) => {
        const read = new Set<number>();
        let now = 100;
        let is: Coverage = { watermark: null, coveredFrom: null, owedSince: null };
        for (const { mode, pause, back } of sequence) {
          now += pause;
          const isIncremental = mode === 'incremental' && is.watermark !== null;
          const start = isIncremental ? (is.watermark?.getTime() ?? 0) / DAY : now - back;
          for (let day = start; day < now; day += 1) read.add(day);
          is = afterSuccess(is, {
            kind: isIncremental ? 'incremental' : 'backfill',
            since: new Date(start * DAY),
            firstDate: new Date(now * DAY),
          });
        }
        const first = (is.coveredFrom?.getTime() ?? 0) / DAY;
        const last = (is.watermark?.getTime() ?? 0) / DAY;
        for (let day = first; day < last; day += 1) expect(read).toContain(day);
      }),
    );
  });
});

test('the beginning of time is told from a date, in both directions', () => {
  expect(toColumn(null)).toEqual(BEGINNING);
  expect(fromColumn(BEGINNING)).toBeNull();
  expect(fromColumn(MARCH)).toEqual(MARCH);
});
