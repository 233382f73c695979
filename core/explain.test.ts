import fc from 'fast-check';
import { explain, type ModelFacts, type OpenPullFacts, REASONS } from './explain';
import { CONNECTION_STATUSES, PULL_PHASES } from './names';

const NOW = new Date('2026-05-05T12:00:00Z');
const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

function facts(more: Partial<ModelFacts> = {}): ModelFacts {
  return {
    connection: { status: 'HEALTHY', paused: false, updatedAt: inSeconds(-500) },
    enabled: true,
    lastSuccessAt: inSeconds(-100),
    nextFireAt: inSeconds(60),
    wakeAt: inSeconds(60),
    openPulls: [],
    queued: null,
    now: NOW,
    ...more,
  };
}

function pull(more: Partial<OpenPullFacts> = {}): OpenPullFacts {
  return {
    kind: 'incremental',
    phase: 'listing',
    lane: 'scheduled',
    startedAt: inSeconds(-30),
    attempts: 0,
    pages: 2,
    fetched: 200,
    retryAt: null,
    retryReason: null,
    resumeAt: null,
    resumeReason: null,
    ...more,
  };
}

const paused = { status: 'HEALTHY', paused: true, updatedAt: inSeconds(-500) } as const;

describe('explaining a data model', () => {
  it('calls up to date only what has been synced', () => {
    expect(explain(facts()).message).toMatch(/^Up to date/);
    expect(explain(facts({ lastSuccessAt: null })).message).toMatch(/^Not synced yet/);
  });

  it.each<[string, Partial<ModelFacts>, string, Date | null]>([
    ['waits for its next due time', {}, 'scheduled', inSeconds(60)],
    ['has no schedule', { nextFireAt: null, wakeAt: null }, 'on-request', null],
    ['is disabled', { enabled: false }, 'disabled', null],
    ['is paused', { connection: paused }, 'paused', null],
    ['is late', { wakeAt: inSeconds(-61), nextFireAt: inSeconds(-61) }, 'overdue', null],
    ['is queued', { queued: { jobs: 1, since: inSeconds(-1) } }, 'queued', null],
    ['reads', { openPulls: [pull()] }, 'fetching', null],
    ['reads once more', { openPulls: [pull({ phase: 'relisting' })] }, 'fetching', null],
    ['asks by id', { openPulls: [pull({ phase: 'confirming' })] }, 'confirming-deletions', null],
    ['deletes', { openPulls: [pull({ phase: 'tombstoning' })] }, 'deleting', null],
    [
      'waits for quota',
      { openPulls: [pull({ resumeAt: inSeconds(9), resumeReason: 'hour' })] },
      'waiting-for-quota',
      inSeconds(9),
    ],
    [
      'backs off',
      { openPulls: [pull({ retryAt: inSeconds(4), attempts: 3, retryReason: '503' })] },
      'backing-off',
      inSeconds(4),
    ],
  ])('says that it %s', (_what, more, reason, resumesAt) => {
    expect(explain(facts(more))).toMatchObject({ reason, resumesAt });
  });

  it('goes by the connection first: an expired one is no matter of quota', () => {
    const connection = { status: 'EXPIRED', paused: true, updatedAt: inSeconds(-9) } as const;
    const openPulls = [pull({ resumeAt: inSeconds(9) })];
    expect(explain(facts({ connection, openPulls }))).toMatchObject({
      reason: 'expired',
      since: inSeconds(-9),
    });
  });

  it('speaks of the pull at work, not of the one that waits beside it', () => {
    const waiting = pull({ resumeAt: inSeconds(9), kind: 'incremental' });
    const working = pull({ kind: 'backfill', fetched: 7 });
    const explanation = explain(facts({ openPulls: [waiting, working] }));
    expect(explanation.reason).toBe('fetching');
    expect(explanation.pull).toBe(working);
  });

  it('tells that a paused connection still works off what is queued', () => {
    const queued = { jobs: 1, since: inSeconds(-1) };
    expect(explain(facts({ connection: paused, queued })).reason).toBe('queued');
  });

  it('sends a person to the worker when a queued sync is not taken for a minute', () => {
    const since = (seconds: number) => ({ jobs: 1, since: inSeconds(seconds) });
    expect(explain(facts({ queued: since(-30) })).action).toBeNull();
    expect(explain(facts({ queued: since(-90) })).action).toContain('worker');
  });

  it('says why it tries again', () => {
    const openPulls = [pull({ retryAt: inSeconds(4), attempts: 3, retryReason: '503' })];
    expect(explain(facts({ openPulls })).message).toBe('Tries again after attempt 3 failed: 503.');
  });

  it('has an answer for every state there is', () => {
    const moment = fc.option(fc.integer({ min: -10_000, max: 10_000 }).map(inSeconds));
    const anyPull = fc
      .record({ phase: fc.constantFrom(...PULL_PHASES), retryAt: moment, resumeAt: moment })
      .map(pull);
    const anyFacts = fc
      .record({
        enabled: fc.boolean(),
        nextFireAt: moment,
        wakeAt: moment,
        lastSuccessAt: moment,
        openPulls: fc.array(anyPull, { maxLength: 2 }),
        queued: fc.option(fc.constant({ jobs: 1, since: inSeconds(-5) })),
        connection: fc.record({
          status: fc.constantFrom(...CONNECTION_STATUSES),
          paused: fc.boolean(),
          updatedAt: fc.constant(NOW),
        }),
      })
      .map(facts);
    fc.assert(
      fc.property(anyFacts, (given) => {
        const { reason, message, resumesAt } = explain(given);
        expect(REASONS).toContain(reason);
        expect(message).toMatch(/^[A-Z].*\.$/);
        if (reason === 'waiting-for-quota' || reason === 'backing-off') {
          expect(resumesAt?.getTime()).toBeGreaterThan(NOW.getTime());
        }
      }),
    );
  });
});
