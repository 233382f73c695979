import { isHeld } from '../../core/deletions';
import { phaseAfterListing } from '../../core/pull';
import { afterSuccess } from '../../core/windows';
import {
  asked,
  changedAt,
  clockOf,
  date,
  endPull,
  everyRow,
  ms,
  NOTHING,
  pullOf,
  rowAt,
  spend,
  union,
  withPull,
} from './parts';
import {
  type Attempt,
  type Pull,
  ROWS,
  type RowId,
  type Scenario,
  type Step,
  type StoredRow,
  type World,
} from './world';

/** What an attempt does with its pull, and how it ends. */

export function attempted(
  world: World,
  scenario: Scenario,
  attempt: Attempt,
  index: number,
): Step[] {
  const found: Step[] = [];
  const who = `attempt ${attempt.fence}`;
  const gone = { ...world, attempts: world.attempts.filter((_, at) => at !== index) };
  // Whatever it still does, its next write finds out.
  if (heldPull(world, attempt) === null) {
    const act = { kind: 'fenced', attempt: index } as const;
    return [{ name: `${who} is fenced off`, progress: true, act, to: gone }];
  }
  if (world.left.crashes > 0) {
    const act = { kind: 'crash', attempt: index } as const;
    found.push({ name: `${who} crashes`, progress: false, act, to: spend(gone, 'crashes') });
  }
  const calls = attempt.step === 'fetch' || (attempt.step === 'ask' && scenario.byIds);
  if (calls && world.left.failures > 0) {
    const to = spend(failed(gone, scenario, attempt), 'failures');
    const act = { kind: 'fail', attempt: index } as const;
    found.push({ name: `${who} fails`, progress: false, act, to });
  }
  if (attempt.step === 'fetch' && attempt.cursor > 0 && world.left.lostCursors > 0) {
    const to = spend(lostCursor(world, gone, scenario, attempt, index), 'lostCursors');
    const act = { kind: 'lose-cursor', attempt: index } as const;
    found.push({ name: `${who} loses its cursor`, progress: false, act, to });
  }
  const go = (next: Attempt | null, then: World) => ({
    name: `${who} ${attempt.step}`,
    progress: true,
    act: { kind: 'step', attempt: index } as const,
    to: {
      ...then,
      attempts:
        next === null
          ? then.attempts.filter((_, at) => at !== index)
          : then.attempts.map((each, at) => (at === index ? next : each)),
    },
  });
  found.push(
    ...stepsOf[attempt.step](world, scenario, attempt).map(([next, then]) => go(next, then)),
  );
  return found;
}

type Outcome = readonly [next: Attempt | null, world: World];

const stepsOf: Record<
  Attempt['step'],
  (world: World, scenario: Scenario, attempt: Attempt) => Outcome[]
> = {
  fetch(world, _, attempt) {
    const row = rowAt(attempt.cursor);
    const { exists, version } = world.platform[row];
    const pull = pullOf(world, attempt.pull);
    const isListed = exists && (pull.since === null || changedAt(version) >= pull.since);
    const next = {
      ...attempt,
      step: 'store' as const,
      firstDate: attempt.firstDate ?? clockOf(world.changesMade),
    };
    const seen: Outcome[] = [
      [{ ...next, hand: { ...NOTHING, version: isListed ? version : null } }, world],
    ];
    if (isListed && pull.since === null && world.left.hidden > 0) {
      seen.push([{ ...next, hand: NOTHING }, spend(world, 'hidden')]);
    }
    return seen;
  },

  store(world, scenario, attempt) {
    const pull = heldPull(world, attempt);
    if (pull === null) return [[null, world]];
    const row = rowAt(attempt.cursor);
    const { version } = attempt.hand;
    const isEnd = attempt.cursor === ROWS.length - 1;
    const listing = attempt.phase === 'relisting' ? 'relisting' : 'listing';
    const after = isEnd
      ? phaseAfterListing(listing, pull.sweep, { byIds: scenario.byIds, unreadableIds: false })
      : listing;
    const phase = after === 'end' ? listing : after;
    const page = attempt.cursor + 1;
    const cursor = isEnd ? 0 : page;
    const endsFirst = listing === 'listing' && after === 'relisting';
    let to = version === null ? world : storeRow(world, row, version);
    to = withPull(to, pull.id, {
      phase,
      cursor,
      firstDate: pull.firstDate ?? attempt.firstDate,
      attempts: 0,
      restarts: endsFirst || page > pull.furthest ? 0 : pull.restarts,
      furthest: endsFirst ? 0 : Math.max(page, pull.furthest),
    });
    const afterEnd = after === 'end' ? 'finish' : 'ask';
    const step = !isEnd || after === 'relisting' ? 'fetch' : afterEnd;
    return [[{ ...attempt, step, phase, cursor, hand: NOTHING }, to]];
  },

  ask(world, scenario, attempt) {
    const pull = pullOf(world, attempt.pull);
    if (!asked(world, pull).wanted) return [[{ ...attempt, step: 'finish' }, world]];
    const candidates = ROWS.filter(
      (row) =>
        world.stored[row].state === 'live' &&
        !world.stored[row].touched &&
        !pull.seen.includes(row) &&
        !pull.gone.includes(row) &&
        row > pull.after &&
        (pull.since === null || changedAt(world.stored[row].version) >= pull.since),
    );
    const gone = candidates.filter((row) => !scenario.byIds || !world.platform[row].exists);
    const step = candidates.length === 0 ? 'decide' : 'note';
    const after = candidates.at(-1) ?? '';
    return [[{ ...attempt, step, hand: { version: null, gone, after } }, world]];
  },

  note(world, _, attempt) {
    const pull = heldPull(world, attempt);
    if (pull === null) return [[null, world]];
    const to = withPull(world, pull.id, {
      gone: union(pull.gone, attempt.hand.gone),
      after: attempt.hand.after,
      attempts: 0,
    });
    return [[{ ...attempt, step: 'ask', hand: NOTHING }, to]];
  },

  decide(world, _, attempt) {
    const pull = heldPull(world, attempt);
    if (pull === null) return [[null, world]];
    const dying = doomed(world, pull);
    const live = ROWS.filter((row) => world.stored[row].state === 'live').length;
    if (dying.length === 0) return [[{ ...attempt, step: 'finish' }, world]];
    const needsPermission = isHeld({ gone: dying.length, live, allowed: false });
    const isHeldNow = needsPermission && !asked(world, pull).massDeleteAllowed;
    const phase = isHeldNow ? 'confirming' : 'tombstoning';
    const to = withPull(world, pull.id, {
      held: needsPermission ? dying.length : 0,
      phase,
      after: '',
    });
    return [[{ ...attempt, phase, step: isHeldNow ? 'finish' : 'tombstone' }, to]];
  },

  tombstone(world, _, attempt) {
    const { wanted, massDeleteAllowed } = asked(world, pullOf(world, attempt.pull));
    const isPermitted = massDeleteAllowed || pullOf(world, attempt.pull).held === 0;
    if (!wanted || !isPermitted) return [[{ ...attempt, step: 'finish' }, world]];
    const pull = heldPull(world, attempt);
    if (pull === null) return [[null, world]];
    const stored = withPull(tombstoned(world, doomed(world, pull)), pull.id, { attempts: 0 });
    return [[{ ...attempt, step: 'finish' }, stored]];
  },

  finish(world, _, attempt) {
    const pull = heldPull(world, attempt);
    if (pull === null) return [[null, world]];
    if (pull.firstDate === null) throw new Error('A pull succeeded without an answer');
    const coverage = afterSuccess(
      {
        watermark: date(world.watermark),
        coveredFrom: date(world.coveredFrom),
        owedSince: date(world.owedSince),
      },
      { kind: pull.kind, since: date(pull.since), firstDate: new Date(pull.firstDate) },
    );
    const moved = {
      ...world,
      watermark: ms(coverage.watermark),
      coveredFrom: ms(coverage.coveredFrom),
      owedSince: ms(coverage.owedSince),
    };
    return [[null, endPull(moved, pull.id, 'SUCCESS', null)]];
  },
};

/** The fence: what an attempt may still write to. */
function heldPull(world: World, attempt: Attempt): Pull | null {
  const pull = pullOf(world, attempt.pull);
  return pull.state === 'RUNNING' && pull.fence === attempt.fence ? pull : null;
}

function failed(world: World, { limits }: Scenario, attempt: Attempt): World {
  const pull = heldPull(world, attempt);
  if (pull === null) return world;
  return Math.max(1, pull.attempts) >= limits.attempts
    ? endPull(world, pull.id, 'FAILED', 'platform-unavailable')
    : withPull(world, pull.id, { backsOff: true });
}

function lostCursor(
  world: World,
  gone: World,
  { limits }: Scenario,
  attempt: Attempt,
  index: number,
): World {
  const pull = heldPull(world, attempt);
  if (pull === null) return gone;
  const restarts = pull.restarts + 1;
  if (restarts >= limits.restarts) return endPull(gone, pull.id, 'FAILED', 'no-progress');
  const again = { ...attempt, cursor: 0 };
  return {
    ...withPull(world, pull.id, { cursor: 0, restarts }),
    attempts: world.attempts.map((each, at) => (at === index ? again : each)),
  };
}

function storeRow(world: World, row: RowId, version: number): World {
  const before = world.stored[row];
  const isWritten = before.state !== 'live' || before.version !== version;
  const sweeping = world.pulls.find((pull) => pull.state === 'RUNNING' && pull.sweep);
  const stored: StoredRow = isWritten ? { state: 'live', version, touched: true } : before;
  const to = {
    ...world,
    stored: { ...world.stored, [row]: stored },
    ghost: { ...world.ghost, shown: union(world.ghost.shown, [row]) },
  };
  return sweeping === undefined
    ? to
    : withPull(to, sweeping.id, { seen: union(sweeping.seen, [row]) });
}

function doomed(world: World, pull: Pull): RowId[] {
  return pull.gone.filter(
    (row) =>
      world.stored[row].state === 'live' && !world.stored[row].touched && !pull.seen.includes(row),
  );
}

function tombstoned(world: World, rows: readonly RowId[]): World {
  const wrong = rows.find(
    (row) => world.ghost.shown.includes(row) || !world.ghost.wasGone.includes(row),
  );
  return {
    ...world,
    stored: everyRow((row) =>
      rows.includes(row)
        ? { ...world.stored[row], state: 'deleted' as const, touched: true }
        : world.stored[row],
    ),
    ghost: {
      ...world.ghost,
      violation:
        wrong === undefined ? world.ghost.violation : `${wrong} was there, and is tombstoned`,
    },
  };
}
