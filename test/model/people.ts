import { endPull, nextStamp, spend, union } from './parts';
import type { Job, Scenario, Step, World } from './world';

/** What callers and the platform's people do. */

export function requested(world: World, { requests }: Scenario): Step[] {
  const request = requests[world.jobs.length];
  if (request === undefined) return [];
  // No tick before there is a watermark, and no second one while the last waits.
  const waits = world.jobs.some((job) => job.trigger === 'auto' && job.state === 'CREATED');
  if (request.trigger === 'auto' && (world.watermark === null || waits)) return [];
  const job: Job = {
    ...request,
    id: world.jobs.length + 1,
    state: 'CREATED',
    pull: null,
    createdAt: nextStamp(world),
    claimedLate: false,
  };
  const name = `request ${request.trigger} ${request.mode}`;
  const to = { ...world, jobs: [...world.jobs, job] };
  return [{ name, progress: false, act: { kind: 'request', job }, to }];
}

export function changed(world: World, { changes }: Scenario): Step[] {
  const change = changes[world.changesMade];
  if (change === undefined) return [];
  const version = world.changesMade + 1;
  const exists = change.to === 'changed';
  const { wasGone } = world.ghost;
  return [
    {
      name: `platform: ${change.row} ${change.to}`,
      progress: false,
      act: { kind: 'change' },
      to: {
        ...world,
        changesMade: version,
        platform: { ...world.platform, [change.row]: { exists, version } },
        ghost: { ...world.ghost, wasGone: exists ? wasGone : union(wasGone, [change.row]) },
      },
    },
  ];
}

export function cancelled(world: World): Step[] {
  if (world.left.cancels === 0) return [];
  return world.jobs
    .filter((job) => job.state === 'CREATED' || job.state === 'RUNNING')
    .map((job) => {
      const jobs = world.jobs.map((each) =>
        each.id === job.id ? { ...each, state: 'FAILED' as const } : each,
      );
      const isNeeded = jobs.some((each) => each.pull === job.pull && each.state === 'RUNNING');
      const to = spend({ ...world, jobs }, 'cancels');
      return {
        name: `cancel ${job.id}`,
        progress: false,
        act: { kind: 'cancel', job: job.id },
        to: job.pull === null || isNeeded ? to : endPull(to, job.pull, 'FAILED', 'cancelled'),
      };
    });
}
