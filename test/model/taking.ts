import type { PullKind } from '../../core/names';
import { planPull } from '../../core/pull';
import { choose, laneOf, type OpenPull, type Queue, type QueueSide } from '../../core/queue';
import { kindOf } from '../../core/windows';
import { askOf, date, endPull, everyRow, ms, nextStamp, NOTHING, withPull } from './parts';
import { type Attempt, type Pull, ROWS, type Scenario, type Step, type World } from './world';

/** How an attempt takes a pull, as `store/begin.ts` does it. */

export function begun(world: World, scenario: Scenario): Step[] {
  if (world.attempts.length === 2) return [];
  const to = take(world, scenario);
  return to === world ? [] : [{ name: 'begin', progress: true, act: { kind: 'begin' }, to }];
}

/** As `store/begin.ts` does it, in one transaction. */
function take(world: World, scenario: Scenario): World {
  const choice = choose(queueOf(world));
  if (choice === null) return world;
  const open = world.pulls.find((pull) => pull.state === 'RUNNING' && pull.kind === choice.kind);
  if (open !== undefined && open.attempts >= scenario.limits.attempts) {
    return take(endPull(world, open.id, 'FAILED', 'platform-unavailable'), scenario);
  }
  const opened = open === undefined ? openPull(world, choice.kind) : world;
  const fence = opened.fence + 1;
  const taken = opened.pulls.findLast(
    (pull) => pull.state === 'RUNNING' && pull.kind === choice.kind,
  );
  if (taken === undefined) throw new Error('It was opened just now');
  const pull = {
    ...taken,
    fence,
    attempts: taken.attempts + 1,
    backsOff: false,
    takenAt: nextStamp(opened),
  };
  const attempt: Attempt = {
    pull: pull.id,
    fence,
    step: firstStep(pull.phase),
    phase: pull.phase,
    cursor: pull.cursor,
    firstDate: null,
    hand: NOTHING,
  };
  return {
    ...opened,
    fence,
    pulls: opened.pulls.map((each) => {
      if (each.id === pull.id) return pull;
      return each.state === 'RUNNING' ? { ...each, fence } : each;
    }),
    attempts: [...opened.attempts, attempt],
  };
}

function firstStep(phase: Pull['phase']): Attempt['step'] {
  if (phase === 'confirming') return 'ask';
  return phase === 'tombstoning' ? 'tombstone' : 'fetch';
}

function openPull(world: World, kind: PullKind): World {
  const queued = world.jobs.filter(
    (job) => job.state === 'CREATED' && kindOf(askOf(job), date(world.watermark)) === kind,
  );
  const last = world.pulls.findLast((pull) => pull.kind === 'backfill' && pull.state !== 'RUNNING');
  const plan = planPull(
    queued.map((job) => ({ ...askOf(job), id: BigInt(job.id) })),
    {
      watermark: date(world.watermark),
      owedSince: date(world.owedSince),
      syncFrom: null,
      overlapMs: 0,
    },
    last === undefined || last.state === 'RUNNING'
      ? null
      : {
          id: BigInt(last.id),
          state: last.state,
          sweep: last.sweep,
          phase: last.phase,
          since: date(last.since),
          errorCode: last.errorCode,
          cursorLives: last.cursor > 0,
          servedInitial: world.jobs.some(
            (job) => job.pull === last.id && job.trigger === 'initial',
          ),
        },
  );
  const from = plan.continues === null ? undefined : last;
  const id = world.pulls.length + 1;
  const pull: Pull = {
    id,
    kind,
    state: 'RUNNING',
    errorCode: null,
    since: ms(plan.window.since),
    sweep: plan.window.sweep,
    continues: from !== undefined,
    phase: 'listing',
    cursor: from?.cursor ?? 0,
    firstDate: from?.firstDate ?? null,
    fence: world.fence,
    attempts: 0,
    restarts: 0,
    furthest: from?.cursor ?? 0,
    backsOff: false,
    takenAt: nextStamp(world),
    held: 0,
    seen: [],
    gone: [],
    after: '',
  };
  const claims = new Set(plan.claims.map(Number));
  const isSweeping = kind === 'backfill';
  return {
    ...world,
    pulls: [...world.pulls, pull],
    jobs: world.jobs.map((job) =>
      claims.has(job.id)
        ? { ...job, state: 'RUNNING', pull: id, claimedLate: from !== undefined }
        : job,
    ),
    stored: isSweeping
      ? everyRow((row) => ({ ...world.stored[row], touched: false }))
      : world.stored,
    ghost: isSweeping
      ? {
          ...world.ghost,
          wasGone: ROWS.filter((row) => !world.platform[row].exists),
          shown: [],
        }
      : world.ghost,
  };
}

function queueOf(world: World): Queue {
  const side = (kind: PullKind): QueueSide => {
    const open = world.pulls.find((pull) => pull.state === 'RUNNING' && pull.kind === kind);
    return {
      open: open === undefined ? null : openOf(world, open),
      queued: world.jobs
        .filter(
          (job) => job.state === 'CREATED' && kindOf(askOf(job), date(world.watermark)) === kind,
        )
        .map((job) => ({
          id: BigInt(job.id),
          createdAt: new Date(job.createdAt),
          lane: laneOf(job),
        })),
    };
  };
  return {
    now: new Date(0),
    incremental: side('incremental'),
    backfill: side('backfill'),
    incrementalEndedAt: date(world.incrementalEndedAt),
    nextTickAt: null,
  };
}

function openOf(world: World, pull: Pull): OpenPull {
  return {
    id: BigInt(pull.id),
    takenAt: new Date(pull.takenAt),
    retryAt: pull.backsOff ? new Date(1) : null,
    resumeAt: null,
    lane: 'backfill',
    jobLanes: world.jobs
      .filter((job) => job.pull === pull.id && job.state === 'RUNNING')
      .map(laneOf),
  };
}

export function backOffsOver(world: World): Step[] {
  return world.pulls
    .filter((pull) => pull.state === 'RUNNING' && pull.backsOff)
    .map((pull) => ({
      name: `back-off of ${pull.kind} over`,
      progress: true,
      act: { kind: 'over', pull: pull.id },
      to: withPull(world, pull.id, { backsOff: false }),
    }));
}
