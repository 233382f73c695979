import type { PullKind, SyncMode, Trigger } from './names';

/**
 * "From the beginning", where a column needs an instant: covered_from, owed_since. Year 1 and not `-infinity`, because
 * that has no JavaScript Date.
 */
export const BEGINNING = new Date('0001-01-01T00:00:00.000Z');

/** From which instant to read (null = everything), and whether to look for deletions at the end. */
export interface Window {
  readonly since: Date | null;
  readonly sweep: boolean;
}

/** What a job asks for. */
export interface JobAsk {
  readonly mode: SyncMode;
  readonly trigger: Trigger;
  /** The date of a from_date job; else null. */
  readonly since: Date | null;
}

/** What is known of a data model when a pull is opened. */
export interface ModelFacts {
  readonly watermark: Date | null;
  readonly owedSince: Date | null;
  /** History start of the sync config; null = all history. */
  readonly syncFrom: Date | null;
  readonly overlapMs: number;
}

/** Completeness of the stored data of a model. */
export interface Coverage {
  readonly watermark: Date | null;
  readonly coveredFrom: Date | null;
  readonly owedSince: Date | null;
}

/** Which of a model's two pulls serves a job. Without a watermark an incremental reads everything, as a backfill. */
export function kindOf(job: JobAsk, watermark: Date | null): PullKind {
  return job.mode === 'incremental' && job.trigger !== 'initial' && watermark !== null
    ? 'incremental'
    : 'backfill';
}

/** The window one job needs, as things stand now. */
export function windowOf(job: JobAsk, facts: ModelFacts): Window {
  if (job.mode === 'full') return { since: facts.syncFrom, sweep: true };
  if (job.mode === 'from_date') return { since: job.since, sweep: false };
  if (job.trigger === 'initial') {
    return {
      since: facts.owedSince === null ? facts.syncFrom : fromColumn(facts.owedSince),
      sweep: false,
    };
  }
  if (facts.watermark === null) return { since: facts.syncFrom, sweep: false };
  return { since: new Date(facts.watermark.getTime() - facts.overlapMs), sweep: false };
}

/** One window that serves them all: the earliest start, a sweep if any wants it. */
export function mergeWindows(windows: readonly Window[]): Window {
  const everything = windows.some((window) => window.since === null);
  const starts = windows.flatMap((window) =>
    window.since === null ? [] : [window.since.getTime()],
  );
  return {
    since: everything || starts.length === 0 ? null : new Date(Math.min(...starts)),
    sweep: windows.some((window) => window.sweep),
  };
}

/**
 * What a pull that succeeded makes of a model's coverage. `firstDate` is the earlier of the platform's clock at its
 * first answer and ours when that request was sent. The watermark moves forward only, `coveredFrom` back only. A
 * backfill that began after the watermark leaves a gap between the two, so it moves nothing.
 */
export function afterSuccess(
  before: Coverage,
  pull: { kind: PullKind; since: Date | null; firstDate: Date },
): Coverage {
  const since = toColumn(pull.since);
  if (pull.kind === 'incremental') {
    return { ...before, watermark: later(before.watermark, pull.firstDate) };
  }
  const joins = before.watermark === null || since <= before.watermark;
  const reachesDebt = before.owedSince !== null && since <= before.owedSince;
  return {
    watermark: joins ? later(before.watermark, pull.firstDate) : before.watermark,
    coveredFrom: joins ? earlier(before.coveredFrom, since) : before.coveredFrom,
    owedSince: reachesDebt ? null : before.owedSince,
  };
}

/** A window's start as a column holds it. */
export function toColumn(since: Date | null): Date {
  return since ?? BEGINNING;
}

/** A column's instant as a window's start. */
export function fromColumn(at: Date): Date | null {
  return at.getTime() <= BEGINNING.getTime() ? null : at;
}

function later(a: Date | null, b: Date): Date {
  return a !== null && a > b ? a : b;
}

function earlier(a: Date | null, b: Date): Date {
  return a !== null && a < b ? a : b;
}
