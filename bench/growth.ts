import { statSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import { createDatabase } from '../store/database';
import { prune } from '../store/repair';
import { modelWorkflowId } from '../workflows/contract';
import type { BenchOptions } from './contract';
import { delay } from './pace';
import { cpuBetween, type CpuByPart, type Stage } from './stage';

/** What both databases grow by while models tick: at first, and after the product's own pruning. */
export interface Growth {
  readonly ticks: number;
  readonly ms: number;
  readonly cpu: CpuByPart;
  /** Rows that ticks leave, before and after pruning. */
  readonly rows: { readonly written: number; readonly left: number };
  readonly postgres: {
    readonly unprunedMb: number;
    /** After pruning and a VACUUM. */
    readonly prunedMb: number;
    /** Length of the rows that were dead before that VACUUM. */
    readonly deadMb: number;
    /** Room inside tables after it, which new rows will take. */
    readonly freeMb: number;
    readonly walMb: number;
  };
  /** The development server's file, and what the server counts of some histories itself. */
  readonly temporal: {
    readonly fileMb: number;
    readonly history: { readonly ticks: number; readonly bytes: number; readonly events: number };
  };
}

/** The defaults of an installation. */
const RETENTION = { quietDays: 7, allDays: 90, requestLogDays: 7 };
/** The clock that pruning is told: all is old by it, though no row was touched to make it so. */
const AHEAD_MS = 8 * 86_400_000;
const MIB = 1024 * 1024;
const HISTORIES = 20;
/** The log of calls to platforms is written once a second. */
const LOG_WRITTEN_MS = 1_500;

/** Measures what grows while `act` runs. What was there before is pruned first. */
export async function measureGrowth(
  stage: Stage,
  options: BenchOptions,
  act: () => Promise<void>,
): Promise<Growth> {
  const { pool } = stage.database.db;
  await pool.query('CREATE EXTENSION IF NOT EXISTS pgstattuple');
  await pruneAll(stage);
  await pool.query('VACUUM');
  const histories = await someHistories(stage);
  const before = await read(stage, options);
  const at = performance.now();
  const cpu = stage.cpu();
  await act();
  const used = cpuBetween(cpu, stage.cpu());
  const ms = performance.now() - at;
  await delay(LOG_WRITTEN_MS);
  const full = await read(stage, options);
  const history = await historyGrowth(stage, histories);
  await pruneAll(stage);
  const { dead } = await insideTables(pool);
  await pool.query('VACUUM');
  const { free } = await insideTables(pool);
  const after = await read(stage, options);
  return {
    ticks: full.ticks - before.ticks,
    ms,
    cpu: used,
    rows: { written: full.rows - before.rows, left: after.rows - before.rows },
    postgres: {
      unprunedMb: (full.bytes - before.bytes) / MIB,
      prunedMb: (after.bytes - before.bytes) / MIB,
      deadMb: dead / MIB,
      freeMb: free / MIB,
      walMb: (full.wal - before.wal) / MIB,
    },
    temporal: { fileMb: (full.temporalBytes - before.temporalBytes) / MIB, history },
  };
}

/** As the repairer does it, again and again until nothing old is left. */
async function pruneAll(stage: Stage): Promise<void> {
  const url = new URL(stage.database.url);
  url.searchParams.set('options', `-c timezone=UTC -c syncline.clock_offset_ms=${AHEAD_MS}`);
  const db = createDatabase(url.href, { max: 1 });
  try {
    while ((await prune(db, RETENTION)) > 0);
  } finally {
    await db.close();
  }
}

async function read(stage: Stage, { home }: BenchOptions) {
  const { rows } = await stage.database.db.pool.query<{
    bytes: number;
    wal: number;
    ticks: number;
    rows: number;
  }>(
    `SELECT pg_database_size(current_database())::float AS bytes,
       (pg_current_wal_lsn() - '0/0')::float AS wal,
       (SELECT count(*) FROM sync_jobs WHERE trigger = 'auto' AND state = 'SUCCESS')::int AS ticks,
       ((SELECT count(*) FROM syncs) + (SELECT count(*) FROM sync_jobs) + (SELECT count(*) FROM pulls)
         + (SELECT count(*) FROM platform_requests))::int AS rows`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('The database answers no sizes');
  return { ...row, temporalBytes: temporalBytes(home) };
}

/** With its write-ahead log: what is in there will be in the file. */
function temporalBytes(home: string): number {
  return ['temporal.db', 'temporal.db-wal'].reduce(
    (sum, name) => sum + (statSync(path.join(home, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** Dead rows and free room of our tables, counted by reading all of their pages. */
async function insideTables(pool: Pool): Promise<{ dead: number; free: number }> {
  const { rows } = await pool.query<{ dead: number; free: number }>(
    `SELECT sum(t.dead_tuple_len)::float AS dead, sum(t.free_space)::float AS free
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pgstattuple(c.oid) t
     WHERE c.relkind = 'r' AND n.nspname = 'public'`,
  );
  return { dead: rows[0]?.dead ?? 0, free: rows[0]?.free ?? 0 };
}

interface History {
  readonly connectionId: string;
  readonly dataModel: string;
  readonly ticks: number;
  readonly runId: string;
  readonly bytes: number;
  readonly events: number;
}

async function someHistories(stage: Stage): Promise<History[]> {
  const { rows } = await stage.database.db.pool.query<{
    connection_id: string;
    data_model: string;
  }>(
    `SELECT connection_id::text, data_model FROM model_states WHERE enabled
     ORDER BY md5(connection_id || data_model) LIMIT $1`,
    [HISTORIES],
  );
  return Promise.all(rows.map((row) => readHistory(stage, row.connection_id, row.data_model)));
}

async function readHistory(
  stage: Stage,
  connectionId: string,
  dataModel: string,
): Promise<History> {
  const handle = stage.temporal.workflow.getHandle(modelWorkflowId(connectionId, dataModel));
  const { runId, historySize, historyLength } = await handle.describe();
  const { rows } = await stage.database.db.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM sync_jobs
     WHERE connection_id = $1 AND data_model = $2 AND trigger = 'auto' AND state = 'SUCCESS'`,
    [connectionId, dataModel],
  );
  const ticks = rows[0]?.n ?? 0;
  return { connectionId, dataModel, ticks, runId, bytes: historySize ?? 0, events: historyLength };
}

/** What the histories have gained; those left out that have been continued as new since. */
async function historyGrowth(stage: Stage, before: readonly History[]) {
  const gained = { ticks: 0, bytes: 0, events: 0 };
  for (const old of before) {
    const now = await readHistory(stage, old.connectionId, old.dataModel);
    if (now.runId !== old.runId) continue;
    gained.ticks += now.ticks - old.ticks;
    gained.bytes += now.bytes - old.bytes;
    gained.events += now.events - old.events;
  }
  return gained;
}
