import { attempted } from './attempting';
import { cancelled, changed, requested } from './people';
import { backOffsOver, begun } from './taking';
import { clockOf } from './parts';
import type { Scenario, Step, StoredRow, World } from './world';
import { BEGINNING } from '../../core/windows';

export function begin(scenario: Scenario): World {
  const synced = scenario.start === 'synced';
  const row: StoredRow = { state: synced ? 'live' : 'absent', version: 0, touched: false };
  return {
    platform: { a: { exists: true, version: 0 }, b: { exists: true, version: 0 } },
    stored: { a: row, b: row },
    jobs: [],
    pulls: [],
    attempts: [],
    fence: 0,
    watermark: synced ? clockOf(0) : null,
    coveredFrom: synced ? BEGINNING.getTime() : null,
    owedSince: synced ? null : BEGINNING.getTime(),
    incrementalEndedAt: null,
    changesMade: 0,
    left: scenario.budget,
    ghost: { wasGone: [], shown: [], violation: null },
  };
}

/** Everything that can happen next. */
export function steps(world: World, scenario: Scenario): Step[] {
  return [
    ...requested(world, scenario),
    ...changed(world, scenario),
    ...cancelled(world),
    ...begun(world, scenario),
    ...backOffsOver(world),
    ...world.attempts.flatMap((attempt, index) => attempted(world, scenario, attempt, index)),
  ];
}

export function isDone(world: World): boolean {
  return world.jobs.every((job) => job.state === 'SUCCESS' || job.state === 'FAILED');
}
