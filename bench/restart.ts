import { quiet, setPace, settle } from './pace';
import type { Stage } from './stage';

/** How long a fleet waits when its one worker is started anew, while models are due all the time. */
export interface Restart {
  /** From being told to stop, or killed, until the process is gone. */
  readonly stopMs: number;
  /** From the start of the new process until a tick begins within a second of its due time; null where none did. */
  readonly onTimeMs: number | null;
  /** … until the last of the ticks that were late has begun. */
  readonly caughtUpMs: number;
  /** Ticks due while the worker was away, or late after that. */
  readonly late: number;
}

const DAY_MS = 86_400_000;
const ON_TIME_MS = 1_000;

/** Connections that are due once each, at any time of this. */
export interface DueOnce {
  readonly connections: number;
  readonly fromMs: number;
  readonly withinMs: number;
}

export async function measureRestart(
  stage: Stage,
  how: 'stop' | 'kill',
  due: DueOnce,
): Promise<Restart> {
  const { pool } = stage.database.db;
  await setPace(stage, { everyMs: DAY_MS, ...due });
  // Their timers are set when they have looked; before that no restart could be on time.
  await quiet(pool);
  const from = performance.now();
  await stage.worker[how]();
  const stopMs = performance.now() - from;
  const { rows } = await pool.query<{ at: Date }>('SELECT syncline_now() AS at');
  const startedAt = rows[0]?.at;
  stage.worker.start();
  await settle(pool);
  const { rows: found } = await pool.query<{
    on_time: number | null;
    caught_up: number | null;
    late: number;
  }>(
    `SELECT extract(epoch FROM min(started_at) FILTER (WHERE NOT is_late) - $1)::float * 1000 AS on_time,
       extract(epoch FROM max(started_at) FILTER (WHERE is_late) - $1)::float * 1000 AS caught_up,
       (count(*) FILTER (WHERE is_late))::int AS late
     FROM (
       SELECT started_at, started_at - due_at > $2::int * interval '1 millisecond' AS is_late
       FROM sync_jobs WHERE trigger = 'auto' AND started_at >= $1
     ) ticks`,
    [startedAt, ON_TIME_MS],
  );
  const [row] = found;
  return {
    stopMs,
    onTimeMs: row?.on_time ?? null,
    caughtUpMs: row?.caught_up ?? 0,
    late: row?.late ?? 0,
  };
}
