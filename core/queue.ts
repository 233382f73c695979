import { LANES, type Lane, type PullKind, type SyncMode, type Trigger } from './names';

/**
 * Which pull a data model takes next, and when it must look again. The facts come from the database, locked; the
 * decision is here, so that what takes a pull, what ends a chunk and what the tests explore are one rule.
 */

export interface OpenPull {
  readonly id: bigint;
  readonly takenAt: Date;
  /** Backs off until then, whoever looks. */
  readonly retryAt: Date | null;
  /** Waits for quota until then; asks sooner only in a more urgent lane than it was refused in. */
  readonly resumeAt: Date | null;
  readonly lane: Lane;
  /** The lanes of its own live jobs. */
  readonly jobLanes: readonly Lane[];
}

export interface QueuedJob {
  readonly id: bigint;
  readonly createdAt: Date;
  readonly lane: Lane;
}

export interface QueueSide {
  readonly open: OpenPull | null;
  /** Jobs no pull has claimed yet. While a pull of the kind is open they wait for the next one. */
  readonly queued: readonly QueuedJob[];
}

export interface Queue {
  readonly now: Date;
  readonly incremental: QueueSide;
  readonly backfill: QueueSide;
  /** When the model's last incremental pull ended. */
  readonly incrementalEndedAt: Date | null;
  /** The next tick, where one may be written (HEALTHY, not paused, enabled); else null. */
  readonly nextTickAt: Date | null;
}

export interface Choice {
  readonly kind: PullKind;
  /** null = open a new pull from the queued jobs. */
  readonly open: OpenPull | null;
  readonly lane: Lane;
}

/**
 * The incremental pull goes first; but after one has ended, a backfill that could run gets one chunk, so that neither
 * a minutely tick nor a person pressing Refresh for ever can starve it.
 */
export function choose(queue: Queue): Choice | null {
  const incremental = candidate('incremental', queue.incremental, queue.now);
  const backfill = candidate('backfill', queue.backfill, queue.now);
  if (incremental === null || backfill === null) return incremental ?? backfill;
  const waitsSince = queue.backfill.open?.takenAt ?? oldest(queue.backfill.queued);
  const incrementalHadItsTurn =
    queue.incrementalEndedAt !== null &&
    waitsSince !== null &&
    queue.incrementalEndedAt > waitsSince;
  return incrementalHadItsTurn ? backfill : incremental;
}

/** When to look again if nothing more can be done now; null = not before a signal. */
export function nextLook(queue: Queue): { more: boolean; at: Date | null } {
  if (choose(queue) !== null) return { more: true, at: queue.now };
  const waits = [
    queue.nextTickAt,
    waitsUntil(queue.incremental.open),
    waitsUntil(queue.backfill.open),
  ].flatMap((at) => (at === null ? [] : [at.getTime()]));
  return { more: false, at: waits.length === 0 ? null : new Date(Math.min(...waits)) };
}

/** The lane a job asks quota in. */
export function laneOf(job: { mode: SyncMode; trigger: Trigger }): Lane {
  if (job.trigger === 'auto') return 'scheduled';
  return job.trigger === 'manual' && job.mode === 'incremental' ? 'interactive' : 'backfill';
}

export function isMoreUrgent(a: Lane, b: Lane): boolean {
  return LANES.indexOf(a) < LANES.indexOf(b);
}

export function mostUrgent(lanes: readonly Lane[]): Lane {
  return LANES.find((lane) => lanes.includes(lane)) ?? 'backfill';
}

function candidate(kind: PullKind, side: QueueSide, now: Date): Choice | null {
  const queuedLanes = side.queued.map((job) => job.lane);
  if (side.open === null) {
    return side.queued.length === 0 ? null : { kind, open: null, lane: mostUrgent(queuedLanes) };
  }
  const lane = mostUrgent([...side.open.jobLanes, ...queuedLanes]);
  return canRun(side.open, lane, now) ? { kind, open: side.open, lane } : null;
}

function canRun(pull: OpenPull, lane: Lane, now: Date): boolean {
  if (pull.retryAt !== null && pull.retryAt > now) return false;
  return pull.resumeAt === null || pull.resumeAt <= now || isMoreUrgent(lane, pull.lane);
}

function waitsUntil(pull: OpenPull | null): Date | null {
  if (pull === null) return null;
  if (pull.retryAt !== null && pull.resumeAt !== null) {
    return pull.retryAt > pull.resumeAt ? pull.retryAt : pull.resumeAt;
  }
  return pull.retryAt ?? pull.resumeAt;
}

function oldest(jobs: readonly QueuedJob[]): Date | null {
  return jobs.reduce<Date | null>(
    (first, job) => (first === null || job.createdAt < first ? job.createdAt : first),
    null,
  );
}
