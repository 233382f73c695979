import type { Pool } from 'pg';
import { modelWorkflowId } from '../workflows/contract';
import type { Stage } from './stage';

/**
 * Many connections, as users make them, and how often they are due: at a pace of the benchmark's own, as no schedule
 * has a period shorter than a minute.
 */
interface Fleet {
  readonly connections: number;
  readonly models: readonly string[];
  /** Begins the tenants' names. */
  readonly name: string;
  /** Of each data model of a tenant. */
  readonly records: number;
}

/** As fast as they are served, one due time after the other, or not at all. */
type Pace =
  | 'always'
  | 'never'
  | {
      /** From one due time of a model to its next. */
      readonly everyMs: number;
      /** The first ones are spread over this long; as a rule over one whole period. */
      readonly withinMs?: number;
      /** How far away the earliest are: models that have not looked by then are late. As a rule not at all. */
      readonly fromMs?: number;
      /** Only so many connections, from the first on; the others stay as they are. */
      readonly connections?: number;
    };

/** Between two ticks of one model: long enough for a real timer, and short enough that there is always one due. */
export const SLEEP_MS = 1_000;
const DAY_MS = 86_400_000;
/** Requests under way at once. */
const CONNECTING = 4;
const SIGNALLING = 50;
/** First syncs that wait or run while more is connected: users do not connect thousands at one moment. */
const MOST_OPEN_JOBS = 40;
const OPEN_JOBS = "SELECT count(*)::int AS n FROM sync_jobs WHERE state IN ('CREATED', 'RUNNING')";

/** Connects sandbox tenants at HOURLY, and waits for their initial syncs. No tick is due before a pace is set. */
export async function connectMany(stage: Stage, fleet: Fleet): Promise<void> {
  const { pool } = stage.database.db;
  const tenants = Array.from({ length: fleet.connections }, (_none, n) => `${fleet.name}-${n}`);
  const seed = Object.fromEntries(
    fleet.models.map((model) => [model.toLowerCase(), fleet.records]),
  );
  const config = fleet.models.map((model) => ({
    data_model: model,
    enabled: true,
    frequency: 'HOURLY',
    interval: 1,
  }));
  await makePace(pool);
  await forEach(tenants, CONNECTING, async (tenant) => {
    while ((await count(pool, OPEN_JOBS)) > MOST_OPEN_JOBS) await delay(50);
    await stage.sandbox.createTenant(tenant, { seed });
    await stage.api.connect(tenant, config);
  });
  const unsynced =
    'SELECT count(*)::int AS n FROM model_states WHERE enabled AND watermark IS NULL';
  while ((await count(pool, unsynced)) > 0) await delay(200);
  await quiet(pool);
}

/**
 * In place of the schedule, whenever a due time is set for the first time (to be a day away), and whenever a tick has
 * moved one on: counted from the transaction's beginning, so that the models of a connection stay due together.
 */
async function makePace(pool: Pool): Promise<void> {
  await pool.query(`
    CREATE TABLE bench_pace (every_ms int, keeps_phase boolean);
    INSERT INTO bench_pace VALUES (NULL, false);
    CREATE FUNCTION bench_pace() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE pace bench_pace;
    BEGIN
      SELECT * INTO pace FROM bench_pace;
      IF OLD.next_fire_at IS NULL THEN
        NEW.next_fire_at := now() + interval '1 day';
      ELSIF pace.every_ms IS NOT NULL THEN
        NEW.next_fire_at := CASE WHEN pace.keeps_phase
          THEN greatest(OLD.next_fire_at + pace.every_ms * interval '1 millisecond', now())
          ELSE now() + pace.every_ms * interval '1 millisecond' END;
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER bench_pace BEFORE UPDATE OF next_fire_at ON model_states FOR EACH ROW
      WHEN (NEW.next_fire_at > syncline_now()
        AND (OLD.next_fire_at IS NULL OR OLD.next_fire_at <= syncline_now()))
      EXECUTE FUNCTION bench_pace();`);
}

/** Sets due times, the same for all models of a connection as its schedule would, and has all workflows look. */
export async function setPace(stage: Stage, pace: Pace): Promise<void> {
  const { pool } = stage.database.db;
  const { everyMs, withinMs, fromMs, connections, keepsPhase } = meaningOf(pace);
  await pool.query('UPDATE bench_pace SET every_ms = $1, keeps_phase = $2', [everyMs, keepsPhase]);
  const { rows } = await pool.query<{ connection_id: string; data_model: string }>(
    `UPDATE model_states m SET wake_at = syncline_now(), next_fire_at = c.due
     FROM (SELECT id, syncline_now() + CASE WHEN $1::int IS NULL THEN interval '1 day'
       ELSE ($2::int + random() * $1::int) * interval '1 millisecond' END AS due
       FROM connections ORDER BY id LIMIT $3) c
     WHERE c.id = m.connection_id AND m.enabled
     RETURNING m.connection_id::text, m.data_model`,
    [withinMs, fromMs, connections],
  );
  await forEach(rows, SIGNALLING, async (row) => {
    const id = modelWorkflowId(row.connection_id, row.data_model);
    await stage.temporal.workflow.getHandle(id).signal('look');
  });
  if (pace === 'never') await quiet(pool);
}

interface PaceMeaning {
  readonly everyMs: number | null;
  readonly withinMs: number | null;
  readonly fromMs: number;
  readonly connections: number | null;
  /** Whether a due time is counted from the last one, not from when it was served. */
  readonly keepsPhase: boolean;
}

function meaningOf(pace: Pace): PaceMeaning {
  if (pace === 'never') {
    return { everyMs: null, withinMs: null, fromMs: 0, connections: null, keepsPhase: false };
  }
  if (pace === 'always') {
    return {
      everyMs: SLEEP_MS,
      withinMs: SLEEP_MS,
      fromMs: 0,
      connections: null,
      keepsPhase: false,
    };
  }
  const { everyMs, withinMs = everyMs, fromMs = 0, connections = null } = pace;
  return { everyMs, withinMs, fromMs, connections, keepsPhase: true };
}

/** Lets every model be due once more and then not for a day; until all is at rest. Wakes none, unlike `setPace`. */
export async function settle(pool: Pool): Promise<void> {
  await pool.query('UPDATE bench_pace SET every_ms = $1, keeps_phase = true', [DAY_MS]);
  const due = `SELECT count(*)::int AS n FROM model_states
    WHERE enabled AND next_fire_at < syncline_now() + interval '6 hours'`;
  while ((await count(pool, due)) > 0) await delay(200);
  await quiet(pool);
}

/** Until nothing is at work any more, and none has yet to look. */
export async function quiet(pool: Pool): Promise<void> {
  const busy = `
    SELECT (${OPEN_JOBS}) + (SELECT count(*) FROM model_states WHERE wake_at <= syncline_now())::int AS n`;
  while ((await count(pool, busy)) > 0) await delay(100);
  await delay(1_000);
}

export async function count(pool: Pool, statement: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(statement);
  return rows[0]?.n ?? 0;
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Acts on each, so many at once. */
async function forEach<T>(
  all: readonly T[],
  atOnce: number,
  act: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = [...all];
  const work = async () => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) await act(one);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
