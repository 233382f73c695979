import { sweepAsked } from '../../core/pull';
import { type Budget, type Job, type Pull, ROWS, type RowId, type World } from './world';

/** What the transitions are made of. */

export const NOTHING = { version: null, gone: [], after: '' } as const;
export const clockOf = (changes: number) => changes * 1_000 + 500;
export const changedAt = (version: number) => version * 1_000;
export const date = (at: number | null) => (at === null ? null : new Date(at));
export const ms = (at: Date | null) => (at === null ? null : at.getTime());
export const FROM_DATE = changedAt(1);

export function endPull(
  world: World,
  id: number,
  state: 'SUCCESS' | 'FAILED',
  errorCode: string | null,
): World {
  const pull = pullOf(world, id);
  if (pull.state !== 'RUNNING') return world;
  return {
    ...withPull(world, id, { state, errorCode, backsOff: false, seen: [], gone: [] }),
    jobs: world.jobs.map((job) =>
      job.pull === id && job.state === 'RUNNING' ? { ...job, state } : job,
    ),
    incrementalEndedAt: pull.kind === 'incremental' ? nextStamp(world) : world.incrementalEndedAt,
  };
}

export function asked(world: World, pull: Pull) {
  const live = world.jobs.filter((job) => job.pull === pull.id && job.state === 'RUNNING');
  return sweepAsked(
    live.map((job) => ({ mode: job.mode, allowMassDelete: job.allowMassDelete ?? false })),
  );
}

export function askOf(job: Job) {
  const since = job.mode === 'from_date' ? new Date(FROM_DATE) : null;
  return { mode: job.mode, trigger: job.trigger, since };
}

export function pullOf(world: World, id: number): Pull {
  const pull = world.pulls[id - 1];
  if (pull === undefined) throw new Error(`No pull ${id}`);
  return pull;
}

export function withPull(world: World, id: number, change: Partial<Pull>): World {
  return {
    ...world,
    pulls: world.pulls.map((pull) => (pull.id === id ? { ...pull, ...change } : pull)),
  };
}

export function rowAt(cursor: number): RowId {
  const row = ROWS[cursor];
  if (row === undefined) throw new Error('Past the end');
  return row;
}

export function everyRow<T>(make: (row: RowId) => T): Record<RowId, T> {
  return { a: make('a'), b: make('b') };
}

export function union(some: readonly RowId[], more: readonly RowId[]): RowId[] {
  return ROWS.filter((row) => some.includes(row) || more.includes(row));
}

export function spend(world: World, what: keyof Budget): World {
  return { ...world, left: { ...world.left, [what]: world.left[what] - 1 } };
}

/** Later than every instant the world remembers. */
export function nextStamp(world: World): number {
  return (
    1 +
    Math.max(
      0,
      world.incrementalEndedAt ?? 0,
      ...world.jobs.map((job) => job.createdAt),
      ...world.pulls.map((pull) => pull.takenAt),
    )
  );
}
