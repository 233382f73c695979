import fc from 'fast-check';
import { LANES, SYNC_MODES, TRIGGERS } from './names';
import {
  choose,
  laneOf,
  nextLook,
  type OpenPull,
  type Queue,
  type QueuedJob,
  type QueueSide,
} from './queue';

const NOW = Date.UTC(2026, 2, 1, 12);
const time = (offset: number) => new Date(NOW + offset);

const queuedJob = (more: Partial<QueuedJob> = {}): QueuedJob => ({
  id: 1n,
  createdAt: time(-1_000),
  lane: 'interactive',
  ...more,
});
const openPull = (more: Partial<OpenPull> = {}): OpenPull => ({
  id: 7n,
  takenAt: time(-5_000),
  retryAt: null,
  resumeAt: null,
  lane: 'backfill',
  jobLanes: ['backfill'],
  ...more,
});
const nothing: QueueSide = { open: null, queued: [] };
const queue = (more: Partial<Queue> = {}): Queue => ({
  now: time(0),
  incremental: nothing,
  backfill: nothing,
  incrementalEndedAt: null,
  nextTickAt: null,
  ...more,
});

describe('choose', () => {
  it('has nothing to do where nothing is open or queued', () => {
    expect(choose(queue({ nextTickAt: time(10) }))).toBeNull();
  });

  it('takes the incremental before the backfill, open or to be opened', () => {
    const backfill = { open: openPull(), queued: [] };
    expect(choose(queue({ backfill, incremental: { open: null, queued: [queuedJob()] } }))).toEqual(
      {
        kind: 'incremental',
        open: null,
        lane: 'interactive',
      },
    );
    const open = openPull({ id: 8n, lane: 'scheduled', jobLanes: ['scheduled'] });
    expect(choose(queue({ backfill, incremental: { open, queued: [] } }))).toMatchObject({
      kind: 'incremental',
      open: { id: 8n },
    });
  });

  it('gives a backfill one chunk after an incremental pull has ended, and then the incremental again', () => {
    const incremental = { open: null, queued: [queuedJob()] };
    const waiting = queue({
      incremental,
      backfill: { open: openPull({ takenAt: time(-5_000) }), queued: [] },
      incrementalEndedAt: time(-10),
    });
    expect(choose(waiting)?.kind).toBe('backfill');
    const served = {
      ...waiting,
      backfill: { open: openPull({ takenAt: time(-5) }), queued: [] },
    };
    expect(choose(served)?.kind).toBe('incremental');
  });

  it('gives a queued backfill its chunk too, counted from its oldest job', () => {
    const jobs = [
      queuedJob({ id: 2n, createdAt: time(-20), lane: 'backfill' }),
      queuedJob({ id: 3n, createdAt: time(-5), lane: 'backfill' }),
    ];
    const both = queue({
      incremental: { open: null, queued: [queuedJob()] },
      backfill: { open: null, queued: jobs },
      incrementalEndedAt: time(-10),
    });
    expect(choose(both)?.kind).toBe('backfill');
    expect(choose({ ...both, incrementalEndedAt: time(-30) })?.kind).toBe('incremental');
  });

  it('passes over a pull that backs off, whoever looks', () => {
    const backingOff = { open: openPull({ retryAt: time(1) }), queued: [queuedJob()] };
    expect(choose(queue({ incremental: backingOff }))).toBeNull();
    expect(
      choose(queue({ incremental: { open: openPull({ retryAt: time(0) }), queued: [] } })),
    ).not.toBeNull();
  });

  it('has a pull ask for quota before its time only in a more urgent lane than it was refused in', () => {
    const refused = openPull({
      resumeAt: time(60_000),
      lane: 'scheduled',
      jobLanes: ['scheduled'],
    });
    expect(choose(queue({ incremental: { open: refused, queued: [] } }))).toBeNull();
    const scheduled = queuedJob({ lane: 'scheduled' });
    expect(choose(queue({ incremental: { open: refused, queued: [scheduled] } }))).toBeNull();
    // The queued jobs of its kind count: a person waits behind it.
    expect(choose(queue({ incremental: { open: refused, queued: [queuedJob()] } }))).toMatchObject({
      open: { id: 7n },
      lane: 'interactive',
    });
  });

  it('does not let a backfill that cannot run stand in the way', () => {
    const asked = queue({
      incremental: { open: null, queued: [queuedJob()] },
      backfill: { open: openPull({ resumeAt: time(1_000) }), queued: [] },
      incrementalEndedAt: time(-10),
    });
    expect(choose(asked)?.kind).toBe('incremental');
  });
});

const lane = fc.constantFrom(...LANES);
const offset = fc.integer({ min: -60_000, max: 60_000 });
const maybeTime = fc.option(offset.map(time), { nil: null });
const jobs = fc.array(
  fc.record({ id: fc.bigInt({ min: 1n, max: 99n }), createdAt: offset.map(time), lane }),
  { maxLength: 3 },
);
const side = fc.record({
  open: fc.option(
    fc.record({
      id: fc.bigInt({ min: 1n, max: 99n }),
      takenAt: offset.map(time),
      retryAt: maybeTime,
      resumeAt: maybeTime,
      lane,
      jobLanes: fc.array(lane, { minLength: 1, maxLength: 3 }),
    }),
    { nil: null },
  ),
  queued: jobs,
});
const anyQueue: fc.Arbitrary<Queue> = fc.record({
  now: fc.constant(time(0)),
  incremental: side,
  backfill: side,
  incrementalEndedAt: maybeTime,
  nextTickAt: maybeTime,
});

describe('whatever the queue holds', () => {
  it('opens no second pull of a kind, and takes none before its time to retry', () => {
    fc.assert(
      fc.property(anyQueue, (each) => {
        const choice = choose(each);
        if (choice === null) return;
        const chosen = each[choice.kind];
        expect(choice.open).toBe(chosen.open);
        if (choice.open === null) expect(chosen.queued).not.toEqual([]);
        expect(choice.open?.retryAt?.getTime() ?? 0).toBeLessThanOrEqual(NOW);
      }),
    );
  });

  it('asks for quota in the most urgent lane of those who wait behind the pull', () => {
    fc.assert(
      fc.property(anyQueue, (each) => {
        const choice = choose(each);
        if (choice === null) return;
        const { open, queued } = each[choice.kind];
        const waiting = [...(open?.jobLanes ?? []), ...queued.map((job) => job.lane)];
        expect(waiting).toContain(choice.lane);
        for (const other of waiting) {
          expect(LANES.indexOf(choice.lane)).toBeLessThanOrEqual(LANES.indexOf(other));
        }
      }),
    );
  });

  it('looks again exactly when something can change by itself', () => {
    fc.assert(
      fc.property(anyQueue, (each) => {
        const look = nextLook(each);
        if (look.more) {
          expect(choose(each)).not.toBeNull();
          return;
        }
        expect(choose(each)).toBeNull();
        if (look.at === null) {
          expect([each.nextTickAt, each.incremental.open, each.backfill.open]).toEqual([
            null,
            null,
            null,
          ]);
          return;
        }
        const then = { ...each, now: look.at };
        const isTick = each.nextTickAt !== null && each.nextTickAt <= look.at;
        expect(isTick || choose(then) !== null).toBe(true);
      }),
    );
  });

  it('lets neither kind starve the other: two chunks in a row never pass over one that could run', () => {
    fc.assert(
      fc.property(anyQueue, (each) => {
        const first = choose(each);
        if (first === null) return;
        // The chunk of a backfill takes it; that of an incremental ends its pull. Both sides still have work.
        const later = { ...each, now: time(1) };
        const second =
          first.kind === 'backfill'
            ? choose({
                ...later,
                backfill: {
                  open: openPull({ takenAt: time(0), lane: first.lane }),
                  queued: [],
                },
                incrementalEndedAt: time(-1),
              })
            : choose({ ...later, incremental: nothing, incrementalEndedAt: time(0) });
        const other = first.kind === 'backfill' ? 'incremental' : 'backfill';
        const couldRun = choose({ ...later, [first.kind]: nothing });
        if (couldRun !== null) expect(second?.kind).toBe(other);
      }),
    );
  });
});

describe('laneOf', () => {
  it('serves people first, then ticks, then whatever reads much', () => {
    const table = TRIGGERS.flatMap((trigger) =>
      SYNC_MODES.map((mode) => [trigger, mode, laneOf({ trigger, mode })]),
    );
    expect(table).toEqual([
      ['auto', 'incremental', 'scheduled'],
      ['auto', 'full', 'scheduled'],
      ['auto', 'from_date', 'scheduled'],
      ['manual', 'incremental', 'interactive'],
      ['manual', 'full', 'backfill'],
      ['manual', 'from_date', 'backfill'],
      ['initial', 'incremental', 'backfill'],
      ['initial', 'full', 'backfill'],
      ['initial', 'from_date', 'backfill'],
    ]);
  });
});
