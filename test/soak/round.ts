import { setTimeout as sleep } from 'node:timers/promises';
import { type Plan, planOf } from './events';
import type { Ground } from './ground';
import { Performer, type World } from './perform';
import { Platform } from './platform';
import { settle } from './settle';
import { Tally } from './tally';
import { User } from './user';
import { Watch } from './watch';

const LOOK_EVERY_MS = 1_000;
const MOST_VIOLATIONS = 30;
/** How much faster a fast clock is, and how long ago it starts: it reaches the present about when the events end. */
const FASTER = 3_000;
const FAST_START_MS = 80 * 3_600_000;

export interface RoundSize {
  readonly events: number;
  readonly kills: number;
}

export interface RoundResult {
  readonly tally: Tally;
  readonly violations: readonly string[];
  /** One line for each event, with the second it happened in. */
  readonly diary: readonly string[];
  readonly seconds: number;
  readonly isInterrupted: boolean;
}

/** Plays the round of that seed: events, healing, a final full sync, and all that must hold then. */
export async function playRound(
  ground: Ground,
  round: { seed: number; tenant: string; size: RoundSize; signal?: AbortSignal },
): Promise<RoundResult> {
  const startedAt = Date.now();
  const tally = new Tally();
  const violations = new Set<string>();
  const diary: string[] = [];
  const seconds = () => (Date.now() - startedAt) / 1_000;
  const note = (text: string) => diary.push(`${seconds().toFixed(1).padStart(6)} s  ${text}`);
  const onWrong = (what: string) => {
    if (violations.size >= MOST_VIOLATIONS || violations.has(what)) return;
    violations.add(what);
    note(`VIOLATION ${what}`);
  };
  const platform = new Platform(ground.sandbox, round.tenant, tally);
  const user = new User(ground, round.tenant, onWrong);
  const world: World = { ground, platform, user, tally };
  const plan = planOf(round.seed, round.size);
  await platform.create();
  if (plan.hasFastClock) await platform.startFastClock(FAST_START_MS);
  await user.connect();
  const watch = new Watch(ground.database.db, platform, user.connectionId, onWrong);
  const isInterrupted = () => round.signal?.aborted ?? false;
  await withLooks(watch, onWrong, () => playEvents(world, plan, note, isInterrupted));
  if (!isInterrupted()) {
    note('healing');
    await settle(world, watch, onWrong);
  }
  for (const crash of ground.crashes.splice(0)) onWrong(crash);
  await countSyncs(world);
  tally.add('rows judged after a sync', 'rows', watch.judgedRows);
  await user.remove();
  tally.add('rounds', plan.hasFastClock ? 'with a fast clock' : 'with a wrong clock');
  note('end');
  return {
    tally,
    violations: [...violations],
    diary,
    seconds: seconds(),
    isInterrupted: isInterrupted(),
  };
}

async function playEvents(
  world: World,
  { events, hasFastClock }: Plan,
  note: (text: string) => void,
  isInterrupted: () => boolean,
): Promise<void> {
  const performer = new Performer(world);
  for (const event of events) {
    if (isInterrupted()) return;
    note(JSON.stringify(event));
    await performer.perform(event);
    await sleep(event.pauseMs);
    if (hasFastClock) await world.platform.letPass(event.pauseMs * FASTER);
  }
}

/** Looks every second while `act` runs. */
async function withLooks(
  watch: Watch,
  onWrong: (what: string) => void,
  act: () => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  const looking = (async () => {
    while (!done.signal.aborted) {
      await watch.look().catch((error: unknown) => onWrong(`a look failed: ${String(error)}`));
      await sleep(LOOK_EVERY_MS, undefined, { signal: done.signal }).catch(() => undefined);
    }
  })();
  try {
    await act();
  } finally {
    done.abort();
    await looking;
  }
}

async function countSyncs({ ground, user, tally }: World): Promise<void> {
  const { rows } = await ground.database.db.pool.query<{
    what: string;
    result: string;
    count: string;
  }>(
    `SELECT 'syncs' AS what, mode || ' ' || trigger || ' ' || status AS result, count(*) FROM syncs
     WHERE connection_id = $1 GROUP BY 1, 2
     UNION ALL
     SELECT 'failed jobs', error_code, count(*) FROM sync_jobs
     WHERE connection_id = $1 AND state = 'FAILED' GROUP BY 1, 2
     UNION ALL
     SELECT 'deletions', CASE WHEN deletions_held > 0 THEN 'pulls held' ELSE 'pulls that deleted' END, count(*)
     FROM pulls WHERE connection_id = $1 AND (deletions_held > 0 OR deleted > 0) GROUP BY 1, 2`,
    [user.connectionId],
  );
  for (const { what, result, count } of rows) tally.add(what, result, Number(count));
}
