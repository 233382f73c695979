import type { Pool } from 'pg';
import { modelWorkflowId } from '../workflows/contract';
import type { Bench, BenchOptions, BenchResult } from './contract';
import { median, percentile, rounded, shown } from './numbers';
import { connectMany, count, delay, setPace, SLEEP_MS } from './pace';
import type { RawTicksInput, RawTicksOutput } from './raw/ticks';
import { runRaw } from './raw/run';
import { cpuBetween, type CpuByPart, PARTS, type Stage, startStage } from './stage';

/**
 * Auto syncs that find nothing changed, as many as can be served: whole ticks, each with its job, permit, platform call
 * and finish. Beside them the floor that Temporal sets. Then, at half that rate, how late they start.
 */
const MODEL = 'INVOICES';

interface Shape {
  readonly models: number;
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

const FULL: Shape = { models: 400, rounds: 3, warmUpMs: 10_000, measureMs: 30_000 };
const SMALL: Shape = { models: 60, rounds: 1, warmUpMs: 5_000, measureMs: 10_000 };

interface Ticks {
  readonly count: number;
  readonly ms: number;
  readonly cpu: CpuByPart;
  readonly statements: number;
}

export const bench: Bench = async (options) => {
  const shape = options.small ? SMALL : FULL;
  const stage = await startStage(options);
  try {
    await connectMany(stage, {
      name: 'tick',
      connections: shape.models,
      models: [MODEL],
      records: 1,
    });
    await setPace(stage, 'never');
    const rounds: { raw: RawTicksOutput; ours: Ticks }[] = [];
    for (let n = 1; n <= shape.rounds; n += 1) {
      const raw = await measureRaw(stage, options, shape);
      await setPace(stage, 'always');
      const ours = await measureOurs(stage, shape);
      await setPace(stage, 'never');
      options.say(
        `round ${n}: raw ${shown(perSecond(rawTicks(raw)))} ticks/s, ours ${shown(perSecond(ours))}`,
      );
      rounds.push({ raw, ours });
    }
    const eventsPerTick = await measureEvents(stage);
    const saturation = median(rounds.map(({ ours }) => perSecond(ours)));
    const everyMs = Math.round((shape.models / saturation) * 2_000);
    // The looks that the new pace takes are over by the first due time, and a whole period passes before it counts.
    await setPace(stage, { everyMs, fromMs: everyMs });
    await delay(everyMs);
    const late = await measureLateness(stage, { ...shape, warmUpMs: everyMs });
    return result({ rounds, eventsPerTick, late });
  } finally {
    await stage.close();
  }
};

async function measureRaw(
  stage: Stage,
  options: BenchOptions,
  shape: Shape,
): Promise<RawTicksOutput> {
  const input: RawTicksInput = {
    temporalAddress: options.temporalAddress,
    namespace: stage.namespace,
    temporalPid: options.pids.temporal,
    workflows: shape.models,
    sleepMs: SLEEP_MS,
    warmUpMs: shape.warmUpMs,
    measureMs: shape.measureMs,
  };
  return runRaw<RawTicksInput, RawTicksOutput>('ticks', input, options);
}

async function measureOurs(stage: Stage, { warmUpMs, measureMs }: Shape): Promise<Ticks> {
  const { pool } = stage.database.db;
  await delay(warmUpMs);
  const before = { ticks: await ticksSoFar(pool), at: performance.now(), cpu: stage.cpu() };
  const statements = await statementsSoFar(pool);
  await delay(measureMs);
  const ticks = await ticksSoFar(pool);
  return {
    count: ticks - before.ticks,
    ms: performance.now() - before.at,
    cpu: cpuBetween(before.cpu, stage.cpu()),
    statements: (await statementsSoFar(pool)) - statements,
  };
}

function ticksSoFar(pool: Pool): Promise<number> {
  return count(
    pool,
    "SELECT count(*)::int AS n FROM sync_jobs WHERE trigger = 'auto' AND state = 'SUCCESS'",
  );
}

function statementsSoFar(pool: Pool): Promise<number> {
  return count(
    pool,
    `SELECT coalesce(sum(calls), 0)::int AS n FROM pg_stat_statements s
     JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database()`,
  );
}

/** Events of history from one tick's end to the next one's, in what is kept of some models. */
async function measureEvents(stage: Stage): Promise<number> {
  const { rows } = await stage.database.db.pool.query<{ connection_id: string }>(
    'SELECT connection_id::text FROM model_states ORDER BY connection_id LIMIT 10',
  );
  const between: number[] = [];
  for (const row of rows) {
    const handle = stage.temporal.workflow.getHandle(modelWorkflowId(row.connection_id, MODEL));
    const history = await handle.fetchHistory();
    const ends = (history.events ?? []).flatMap((event, index) =>
      event.activityTaskCompletedEventAttributes ? [index] : [],
    );
    between.push(...ends.slice(1).map((end, index) => end - (ends[index] ?? 0)));
  }
  // A tick that a new pace's signal came before has more of them.
  return median(between);
}

interface Lateness {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

async function measureLateness(stage: Stage, { warmUpMs, measureMs }: Shape): Promise<Lateness> {
  const { pool } = stage.database.db;
  await delay(warmUpMs);
  const from = performance.now();
  const since = await pool.query<{ at: Date }>('SELECT syncline_now() AS at');
  await delay(measureMs);
  const { rows } = await pool.query<{ late: number }>(
    `SELECT extract(epoch FROM started_at - due_at)::float * 1000 AS late FROM sync_jobs
     WHERE trigger = 'auto' AND started_at >= $1`,
    [since.rows[0]?.at],
  );
  const late = rows.map((row) => row.late);
  return {
    perSecond: (rows.length * 1_000) / (performance.now() - from),
    p50: percentile(late, 0.5),
    p99: percentile(late, 0.99),
  };
}

function rawTicks(raw: RawTicksOutput): { count: number; ms: number } {
  return { count: raw.ticks, ms: raw.ms };
}

function perSecond(ticks: { count: number; ms: number }): number {
  return (ticks.count * 1_000) / ticks.ms;
}

interface Measured {
  readonly rounds: readonly { readonly raw: RawTicksOutput; readonly ours: Ticks }[];
  readonly eventsPerTick: number;
  readonly late: Lateness;
}

function result({ rounds, eventsPerTick, late }: Measured): BenchResult {
  const raw = median(rounds.map((round) => perSecond(rawTicks(round.raw))));
  const ours = median(rounds.map((round) => perSecond(round.ours)));
  const statements = median(rounds.map((round) => round.ours.statements / round.ours.count));
  const cpu = (part: (typeof PARTS)[number]) =>
    rounds.some((round) => round.ours.cpu === null)
      ? null
      : median(rounds.map((round) => (round.ours.cpu?.[part] ?? 0) / round.ours.count));
  const rawCpu = {
    worker: median(rounds.map((round) => round.raw.workerCpuMs / round.raw.ticks)),
    temporal: rounds.some((round) => round.raw.temporalCpuMs === null)
      ? null
      : median(rounds.map((round) => (round.raw.temporalCpuMs ?? 0) / round.raw.ticks)),
  };
  return {
    figures: {
      ratio: rounded(ours / raw),
      syncs_per_s: rounded(ours),
      raw_syncs_per_s: rounded(raw),
      ratios: rounds.map((round) =>
        rounded(perSecond(round.ours) / perSecond(rawTicks(round.raw))),
      ),
      lateness_p50_ms: rounded(late.p50),
      lateness_p99_ms: rounded(late.p99),
      lateness_at_syncs_per_s: rounded(late.perSecond),
      statements_per_tick: rounded(statements),
      history_events_per_tick: rounded(eventsPerTick),
    },
    tables: [
      [
        ['Ticks', 'per second', 'ratio'],
        ['raw: a sleep and an empty activity', shown(raw), ''],
        ['ours: whole ticks', shown(ours), shown(ours / raw)],
      ],
      [
        ['CPU ms per tick', ...PARTS],
        ['raw', shown(rawCpu.worker), '', shown(rawCpu.temporal), '', ''],
        ['ours', ...PARTS.map((part) => shown(cpu(part)))],
      ],
      [
        ['Of one tick', ''],
        ['statements', shown(statements)],
        ['events of history', shown(eventsPerTick)],
        [`late by, p50, at ${shown(late.perSecond)}/s`, `${shown(late.p50)} ms`],
        [`late by, p99, at ${shown(late.perSecond)}/s`, `${shown(late.p99)} ms`],
      ],
    ],
  };
}
