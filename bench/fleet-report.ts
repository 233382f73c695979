import type { BenchResult } from './contract';
import type { Measured, MemoryByPart, Rest } from './fleet';
import type { Growth } from './growth';
import { rounded, shown } from './numbers';
import { type Part, PARTS } from './stage';

/** The figures of the fleet, for programs and for people. */

/** The sandbox stands in for platforms, and is no part of an installation. */
const OURS = PARTS.filter((part) => part !== 'platform');
const HOUR_MS = 3_600_000;

type Rows = BenchResult['tables'][number];

export function reportOf(measured: Measured): BenchResult {
  const growths =
    measured.first === measured.last ? [measured.last] : [measured.first, measured.last];
  return {
    figures: {
      connections: measured.connections,
      models: measured.models,
      first_syncs_per_s: rounded((measured.models * 1_000) / measured.connectingMs),
      ...restFigures(measured),
      ...restartFigures(measured),
      ...tickFigures(measured),
    },
    tables: [
      restTable(measured),
      ...(measured.restarts === null ? [] : [restartTable(measured.restarts)]),
      growthTable(growths),
      [
        ['Of one tick', ''],
        ['rows written', shown(measured.last.rows.written / measured.last.ticks)],
        ['rows left after pruning', shown(measured.last.rows.left / measured.last.ticks)],
        ['events of history', shown(historyPerTick(measured.last, 'events'))],
        ['bytes of history', shown(historyPerTick(measured.last, 'bytes'))],
      ],
      [
        ['And', ''],
        ['first syncs per second', shown((measured.models * 1_000) / measured.connectingMs)],
        ['connections to the database, at most', String(measured.databaseConnections)],
        ['a round of the repairer, ms', shown(measured.repairMs)],
        ['1,000 connections listed by the API, ms', shown(measured.listMs)],
        ['worker after its restart, MB', shown(mb(measured.restarts?.memory ?? null, 'worker'))],
      ],
    ],
  };
}

function restFigures(measured: Measured) {
  const { rest, empty } = measured;
  const worker = mb(rest.memory, 'worker');
  const emptyWorker = mb(empty.memory, 'worker');
  return {
    memory_per_model_kb: figure(sum((part) => memoryPerModelKb(measured, part))),
    ...byPart('memory_per_model_kb', (part) => memoryPerModelKb(measured, part)),
    ...byPart('memory_mb', (part) => mb(rest.memory, part)),
    ...byPart('memory_empty_mb', (part) => mb(empty.memory, part)),
    worker_memory_ratio: figure(
      worker === null || emptyWorker === null ? null : worker / emptyWorker,
    ),
    postgres_shared_mb: figure(rest.memory?.postgres.sharedMb ?? null),
    cpu_at_rest_ms_per_model_per_hour: figure(sum((part) => cpuPerModelHour(measured, part))),
    ...byPart('cpu_at_rest_ms_per_model_per_hour', (part) => cpuPerModelHour(measured, part)),
    ...byPart('cpu_at_rest_s_per_hour', (part) => cpuSecondsPerHour(rest, part)),
    ...byPart('cpu_empty_s_per_hour', (part) => cpuSecondsPerHour(empty, part)),
    jobs_while_at_rest: rest.jobs,
    repair_round_ms: figure(measured.repairMs),
    list_1000_connections_ms: rounded(measured.listMs),
  };
}

function restartFigures({ restarts }: Measured) {
  return {
    stop_ms: figure(restarts?.stopped.stopMs ?? null),
    restart_to_on_time_ms: figure(restarts?.stopped.onTimeMs ?? null),
    restart_to_caught_up_ms: figure(restarts?.stopped.caughtUpMs ?? null),
    kill_to_on_time_ms: figure(restarts?.killed.onTimeMs ?? null),
    kill_to_caught_up_ms: figure(restarts?.killed.caughtUpMs ?? null),
    worker_memory_after_restart_mb: figure(mb(restarts?.memory ?? null, 'worker')),
  };
}

function tickFigures({ first, last, databaseConnections }: Measured) {
  return {
    ticks: last.ticks,
    ticks_per_s: rounded((last.ticks * 1_000) / last.ms),
    ...byPart('cpu_ms_per_tick', (part) => over(last.cpu?.[part] ?? null, last.ticks)),
    database_connections: databaseConnections,
    postgres_growth_mb_per_10000_ticks: per10k(last, last.postgres.prunedMb),
    postgres_first_growth_mb_per_10000_ticks: per10k(first, first.postgres.prunedMb),
    postgres_unpruned_mb_per_10000_ticks: per10k(first, first.postgres.unprunedMb),
    postgres_dead_mb_per_10000_ticks: per10k(last, last.postgres.deadMb),
    postgres_free_mb: rounded(last.postgres.freeMb),
    postgres_wal_mb_per_10000_ticks: per10k(last, last.postgres.walMb),
    temporal_growth_mb_per_10000_ticks: per10k(last, last.temporal.fileMb),
    history_bytes_per_tick: rounded(historyPerTick(last, 'bytes')),
    history_events_per_tick: rounded(historyPerTick(last, 'events')),
    rows_per_tick: rounded(last.rows.written / last.ticks),
    rows_left_per_tick: rounded(last.rows.left / last.ticks),
  };
}

function restTable(measured: Measured): Rows {
  const { rest, empty, last } = measured;
  const row = (name: string, of: (part: Part) => number | null) => [
    name,
    ...PARTS.map((part) => shown(of(part))),
  ];
  return [
    [`${measured.models} models at rest`, ...PARTS],
    row('memory, MB', (part) => mb(rest.memory, part)),
    row('with nothing connected', (part) => mb(empty.memory, part)),
    row('memory per model, kB', (part) => memoryPerModelKb(measured, part)),
    row('CPU per hour, s', (part) => cpuSecondsPerHour(rest, part)),
    row('with nothing connected', (part) => cpuSecondsPerHour(empty, part)),
    row('CPU per model and hour, ms', (part) => cpuPerModelHour(measured, part)),
    row('CPU per tick, ms', (part) => over(last.cpu?.[part] ?? null, last.ticks)),
  ];
}

function restartTable(restarts: NonNullable<Measured['restarts']>): Rows {
  return [
    ['Worker started anew', 'gone after, ms', 'on time after, ms', 'caught up after, ms', 'late'],
    ...(['stopped', 'killed'] as const).map((how) => {
      const { stopMs, onTimeMs, caughtUpMs, late } = restarts[how];
      return [how, shown(stopMs), shown(onTimeMs), shown(caughtUpMs), String(late)];
    }),
  ];
}

function growthTable(growths: readonly Growth[]): Rows {
  const row = (name: string, of: (growth: Growth) => number) => [
    name,
    ...growths.map((growth) => shown((of(growth) * 10_000) / growth.ticks)),
  ];
  return [
    ['Growth per 10,000 ticks, MB', ...growths.map((_growth, n) => `round ${n + 1}`)],
    row('PostgreSQL, before pruning', ({ postgres }) => postgres.unprunedMb),
    row('PostgreSQL, pruned and vacuumed', ({ postgres }) => postgres.prunedMb),
    row('PostgreSQL, rows left dead by it', ({ postgres }) => postgres.deadMb),
    row('PostgreSQL, write-ahead log', ({ postgres }) => postgres.walMb),
    row("Temporal's file", ({ temporal }) => temporal.fileMb),
  ];
}

function mb(memory: MemoryByPart, part: Part): number | null {
  return memory?.[part].mb ?? null;
}

/** What it holds more than with nothing connected. */
function memoryPerModelKb({ rest, empty, models }: Measured, part: Part): number | null {
  const [after, before] = [mb(rest.memory, part), mb(empty.memory, part)];
  return after === null || before === null ? null : ((after - before) * 1_024) / models;
}

function cpuSecondsPerHour({ cpu, ms }: Rest, part: Part): number | null {
  return cpu === null ? null : (cpu[part] * HOUR_MS) / ms / 1_000;
}

function cpuPerModelHour({ rest, models }: Measured, part: Part): number | null {
  return over(cpuSecondsPerHour(rest, part), models / 1_000);
}

function historyPerTick({ temporal }: Growth, what: 'bytes' | 'events'): number {
  return temporal.history[what] / temporal.history.ticks;
}

function per10k({ ticks }: Growth, megabytes: number): number {
  return rounded((megabytes * 10_000) / ticks);
}

function byPart(name: string, of: (part: Part) => number | null): Record<string, number | null> {
  return Object.fromEntries(PARTS.map((part) => [`${part}_${name}`, figure(of(part))]));
}

function figure(value: number | null): number | null {
  return value === null ? null : rounded(value);
}

function over(value: number | null, by: number): number | null {
  return value === null ? null : value / by;
}

/** Null as soon as one is not known. */
function sum(of: (part: Part) => number | null): number | null {
  return OURS.reduce<number | null>((total, part) => {
    const value = of(part);
    return total === null || value === null ? null : total + value;
  }, 0);
}
