import type { JobState } from './names';
import { explainPull, type OpenPullFacts } from './explain';

/** How far a job has come, for people. */

export interface JobFacts {
  readonly state: JobState;
  /** Its pull while it runs; null before and after. */
  readonly pull: (OpenPullFacts & { readonly continues: boolean }) | null;
  /** Whether the pull reads everything there is. */
  readonly readsAll: boolean;
  /** Live records of the data model when its last pull ended. */
  readonly liveRecords: number;
  /** The database's clock. */
  readonly now: Date;
}

export interface Expectation {
  /** How many records the pull is going to read; null where nothing tells. */
  readonly records: number | null;
  /** Seconds until it has read them at the pace it had so far, its waits included. */
  readonly etaSeconds: number | null;
}

const NOTHING: Expectation = { records: null, etaSeconds: null };

/** Below this a pace says little: the first page has hardly come. */
const LEAST_MS = 1_000;

/**
 * What can be expected of a running pull. Only of one that reads everything is it known beforehand how much there is:
 * what the last one left. One that goes on from an earlier one's checkpoint has a part of it behind it already.
 */
export function expectation({ pull, readsAll, liveRecords, now }: JobFacts): Expectation {
  if (pull === null || !readsAll || pull.continues || liveRecords <= 0) return NOTHING;
  if (pull.phase === 'confirming' || pull.phase === 'tombstoning') return NOTHING;
  // A second listing counts what it reads beside what the first one read.
  const expected = liveRecords * (pull.phase === 'relisting' ? 2 : 1);
  const records = Math.max(expected, pull.fetched);
  const tookMs = now.getTime() - pull.startedAt.getTime();
  if (pull.fetched === 0 || tookMs < LEAST_MS) return { records, etaSeconds: null };
  const left = records - pull.fetched;
  return { records, etaSeconds: Math.ceil((left * tookMs) / pull.fetched / 1_000) };
}

/** One sentence on what an open job does now; null once it has ended. */
export function jobMessage({ state, pull, now }: JobFacts): string | null {
  if (state === 'CREATED') return 'Is queued and starts as soon as a worker takes it.';
  if (state !== 'RUNNING' || pull === null) return null;
  return explainPull(pull, now);
}
