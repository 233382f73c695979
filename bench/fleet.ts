import type { Bench, BenchOptions } from './contract';
import { reportOf } from './fleet-report';
import { childRunning, type TreeMemory, treeMemory } from './cpu';
import { type Growth, measureGrowth } from './growth';
import { median, shown } from './numbers';
import { connectMany, count, delay, quiet, setPace, settle } from './pace';
import { type DueOnce, measureRestart, type Restart } from './restart';
import { cpuBetween, type CpuByPart, type Part, PARTS, type Stage, startStage } from './stage';

/**
 * Many models that live and rest: what they hold in memory, what they cost while none is due, how soon they are served
 * again after the worker was started anew, and what their ticks leave in both databases.
 */
const MODELS = ['INVOICES', 'CONTACTS', 'ITEMS'] as const;
/** Rows of each model: a resting model costs the same whatever it has stored. */
const RECORDS = 3;
/** The repairer's period: a time of rest holds whole rounds of it. */
const ROUND_MS = 30_000;

interface Shape {
  readonly connections: number;
  /** After the start, and after the last sync. */
  readonly settleMs: number;
  readonly emptyMs: number;
  readonly restMs: number;
  /** So many connections tick, so many times each, once in this time. */
  readonly ticking: DueOnce & { readonly rounds: number };
  /** Null = no worker is started anew. */
  readonly restart: DueOnce | null;
}

const FULL: Shape = {
  connections: 2_000,
  settleMs: 5_000,
  emptyMs: ROUND_MS,
  restMs: 2 * ROUND_MS,
  ticking: { connections: 150, fromMs: 15_000, withinMs: 40_000, rounds: 2 },
  // A worker that has just begun replays each model's history: five a second are well within what it can do.
  restart: { connections: 60, fromMs: 6_000, withinMs: 40_000 },
};
const SMALL: Shape = {
  connections: 24,
  settleMs: 1_000,
  emptyMs: 1_000,
  restMs: 1_000,
  ticking: { connections: 24, fromMs: 4_000, withinMs: 5_000, rounds: 1 },
  restart: null,
};

export type MemoryByPart = Readonly<Record<Part, TreeMemory>> | null;

/** The installation while nothing is due. */
export interface Rest {
  readonly memory: MemoryByPart;
  readonly cpu: CpuByPart;
  readonly ms: number;
  readonly jobs: number;
}

export interface Measured {
  readonly models: number;
  readonly connections: number;
  readonly connectingMs: number;
  readonly empty: Rest;
  readonly rest: Rest;
  readonly repairMs: number | null;
  readonly listMs: number;
  /** Of the first time that models tick, when tables have no room yet, and of the last. */
  readonly first: Growth;
  readonly last: Growth;
  readonly databaseConnections: number;
  /** Null in the small form. */
  readonly restarts: Restarts | null;
}

interface Restarts {
  readonly stopped: Restart;
  readonly killed: Restart;
  /** Before the worker's cache is full again. */
  readonly memory: MemoryByPart;
}

export const bench: Bench = async (options) => {
  const shape = options.small ? SMALL : FULL;
  const stage = await startStage(options);
  try {
    return reportOf(await measure(stage, options, shape));
  } finally {
    await stage.close();
  }
};

async function measure(stage: Stage, options: BenchOptions, shape: Shape): Promise<Measured> {
  const models = shape.connections * MODELS.length;
  await delay(shape.settleMs);
  const empty = await measureRest(stage, options, shape.emptyMs);
  options.say(`nothing connected: ${memoryLine(empty)}`);

  const from = performance.now();
  const fleet = { name: 'fleet', connections: shape.connections, models: MODELS, records: RECORDS };
  await connectMany(stage, fleet);
  const connectingMs = performance.now() - from;
  options.say(`${models} models synced for the first time in ${shown(connectingMs / 1_000)} s`);

  await delay(shape.settleMs);
  const rest = await measureRest(stage, options, shape.restMs);
  options.say(`${models} models at rest: ${memoryLine(rest)}`);
  const repairMs = await repairRound(stage);
  const listMs = await listingTime(stage);
  const ticking = await measureTicking(stage, options, shape.ticking);
  const restarts =
    shape.restart === null ? null : await measureRestarts(stage, options, shape.restart);
  const { connections } = shape;
  return { models, connections, connectingMs, empty, rest, repairMs, listMs, ...ticking, restarts };
}

async function measureTicking(
  stage: Stage,
  options: BenchOptions,
  { rounds, ...due }: Shape['ticking'],
): Promise<Pick<Measured, 'first' | 'last' | 'databaseConnections'>> {
  const { pool } = stage.database.db;
  await setPace(stage, { everyMs: due.withinMs, ...due });
  const growths: Growth[] = [];
  const database = watchConnections(stage);
  // The wake-ups, which leave rows of history too, have passed before the first is due.
  await quiet(pool);
  for (let n = 1; n <= rounds; n += 1) {
    const isLast = n === rounds;
    const act = () => (isLast ? settle(pool) : delay(due.withinMs));
    const growth = await measureGrowth(stage, options, act);
    options.say(growthLine(growth));
    growths.push(growth);
  }
  const databaseConnections = database.stop();
  const [first, last] = [growths.at(0), growths.at(-1)];
  if (first === undefined || last === undefined) throw new Error('No model has ticked');
  return { first, last, databaseConnections };
}

async function measureRestarts(
  stage: Stage,
  options: BenchOptions,
  due: DueOnce,
): Promise<Restarts> {
  const stopped = await measureRestart(stage, 'stop', due);
  options.say(`worker stopped and started: on time after ${shown(stopped.onTimeMs)} ms`);
  const memory = readMemory(stage, options);
  const killed = await measureRestart(stage, 'kill', due);
  options.say(`worker killed and started: on time after ${shown(killed.onTimeMs)} ms`);
  return { stopped, killed, memory };
}

async function measureRest(stage: Stage, options: BenchOptions, ms: number): Promise<Rest> {
  const { pool } = stage.database.db;
  const jobs = 'SELECT coalesce(max(id), 0)::int AS n FROM sync_jobs';
  const before = { jobs: await count(pool, jobs), at: performance.now(), cpu: stage.cpu() };
  await delay(ms);
  const cpu = cpuBetween(before.cpu, stage.cpu());
  return {
    cpu,
    ms: performance.now() - before.at,
    memory: readMemory(stage, options),
    jobs: (await count(pool, jobs)) - before.jobs,
  };
}

function readMemory(stage: Stage, { pids }: BenchOptions): MemoryByPart {
  const own = (script: string) => {
    const pid = childRunning(process.pid, script);
    return pid === null ? null : treeMemory(pid);
  };
  const worker = treeMemory(stage.worker.pid);
  const api = own('dist/api/main.js');
  const platform = own('dist/sandbox/main.js');
  const temporal = treeMemory(pids.temporal);
  const postgres = treeMemory(pids.postgres);
  if (!worker || !api || !platform || !temporal || !postgres) return null;
  return { worker, api, platform, temporal, postgres };
}

/** Milliseconds that the newest rounds of the repairer took, in the middle; null where none has ended. */
async function repairRound(stage: Stage): Promise<number | null> {
  const rounds: number[] = [];
  const ended = "WorkflowType = 'repair' AND ExecutionStatus = 'Completed'";
  for await (const { startTime, closeTime } of stage.temporal.workflow.list({ query: ended })) {
    if (closeTime !== undefined) rounds.push(closeTime.getTime() - startTime.getTime());
    if (rounds.length === 3) break;
  }
  return rounds.length === 0 ? null : median(rounds);
}

/** Milliseconds of our API's largest page of connections. */
async function listingTime(stage: Stage): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    const from = performance.now();
    await stage.api.call('GET', '/core/connections?limit=1000');
    times.push(performance.now() - from);
  }
  return median(times);
}

/** The most connections to the database that the product held, looked at once a second. */
function watchConnections(stage: Stage): { stop(): number } {
  const { pool } = stage.database.db;
  let most = 0;
  const timer = setInterval(() => {
    const all = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database()`;
    void count(pool, all)
      .then((n) => {
        most = Math.max(most, n - pool.totalCount);
      })
      .catch(() => undefined);
  }, 1_000);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

function memoryLine({ memory }: Rest): string {
  if (memory === null) return 'memory not known';
  return PARTS.map((part) => `${part} ${shown(memory[part].mb)} MB`).join(', ');
}

function growthLine({ ticks, ms, postgres, temporal }: Growth): string {
  return (
    `${ticks} ticks in ${shown(ms / 1_000)} s: PostgreSQL ${shown(postgres.unprunedMb)} MB more, ` +
    `${shown(postgres.prunedMb)} MB when pruned; Temporal ${shown(temporal.fileMb)} MB`
  );
}
