import { expectation, type JobFacts, jobMessage } from './job-progress';

const NOW = new Date('2026-01-01T12:00:00Z');
const pull = {
  kind: 'backfill',
  phase: 'listing',
  lane: 'backfill',
  startedAt: new Date(NOW.getTime() - 10_000),
  attempts: 0,
  pages: 3,
  fetched: 300,
  retryAt: null,
  retryReason: null,
  resumeAt: null,
  resumeReason: null,
  continues: false,
} as const;
const full: JobFacts = { state: 'RUNNING', pull, readsAll: true, liveRecords: 1_200, now: NOW };

describe('what is expected of a job', () => {
  it.each<[string, Partial<JobFacts>, number | null, number | null]>([
    ['a full pull, from what is stored and its pace', {}, 1_200, 30],
    ['a second listing, over both', { pull: { ...pull, phase: 'relisting' } }, 2_400, 70],
    ['more than there was', { liveRecords: 200 }, 300, 0],
    ['a pull that has read nothing yet', { pull: { ...pull, fetched: 0 } }, 1_200, null],
    ['one that has just begun', { pull: { ...pull, startedAt: NOW } }, 1_200, null],
    ['a first sync', { liveRecords: 0 }, null, null],
    ['an incremental pull', { readsAll: false }, null, null],
    ['one that goes on from a checkpoint', { pull: { ...pull, continues: true } }, null, null],
    ['a sweep', { pull: { ...pull, phase: 'confirming' } }, null, null],
    ['a job that does not run', { pull: null }, null, null],
  ])('of %s', (_what, change, records, etaSeconds) => {
    expect(expectation({ ...full, ...change })).toEqual({ records, etaSeconds });
  });

  it('is said in words while it is open', () => {
    const later = new Date(NOW.getTime() + 5_000);
    expect(jobMessage({ ...full, state: 'CREATED', pull: null })).toContain('queued');
    expect(jobMessage(full)).toBe('Reads from the platform: 300 records in 3 pages so far.');
    expect(
      jobMessage({ ...full, pull: { ...pull, resumeAt: later, resumeReason: 'minute' } }),
    ).toContain("this minute's calls are used up");
    expect(
      jobMessage({ ...full, pull: { ...pull, retryAt: later, retryReason: '503', attempts: 4 } }),
    ).toBe('Tries again after attempt 4 failed: 503.');
    expect(jobMessage({ ...full, state: 'SUCCESS', pull: null })).toBeNull();
  });
});
