import { Prisma } from '../../prisma/generated/client';
import type { Database } from '../database';
import { one } from '../locks';
import { isAsleep } from './sleeping';

/** What the system page tells. No query here grows with the number of records, nor with how long we have been running. */

export interface DatabaseFacts {
  readonly version: string;
  readonly sizeBytes: number;
  /** As the server's statistics have it: counting them would read them all. */
  readonly recordsEstimate: number;
}

export interface QueueFacts {
  readonly queued: number;
  readonly running: number;
  readonly oldestQueuedAt: Date | null;
}

export interface TickFacts {
  /** How far back the counted ticks go. */
  readonly windowHours: number;
  readonly onTime: number;
  readonly late: number;
  readonly collapsed: number;
  readonly latenessP50Ms: number | null;
  readonly latenessP99Ms: number | null;
}

/** How many connections are in each state; each is in one. */
export interface ConnectionFacts {
  readonly healthy: number;
  readonly sleeping: number;
  readonly paused: number;
  readonly expired: number;
  readonly disconnected: number;
  readonly pending: number;
}

/** A job that was begun within this time of its tick is on time: it takes a look, a lock and a free slot. */
const ON_TIME_SECONDS = 10;
const TICK_WINDOW_HOURS = 24;
/** Where there are more syncs than this, the newest speak for the rest, and the window says how far they reach. */
const TICK_SYNCS = 10_000;

export async function readDatabaseFacts(db: Database): Promise<DatabaseFacts> {
  const row = await one(
    db.prisma.$queryRaw<DatabaseFacts[]>`
      SELECT current_setting('server_version') AS version,
        pg_database_size(current_database())::float8 AS "sizeBytes",
        CASE WHEN c.reltuples >= 0 THEN c.reltuples::float8
          ELSE pg_stat_get_live_tuples(c.oid)::float8 END AS "recordsEstimate"
      FROM pg_class c WHERE c.oid = 'records'::regclass`,
  );
  return some(row);
}

export async function readQueue(db: Database, organisationId: bigint): Promise<QueueFacts> {
  const row = await one(
    db.prisma.$queryRaw<QueueFacts[]>`
      SELECT count(*) FILTER (WHERE j.state = 'CREATED')::int AS queued,
        count(*) FILTER (WHERE j.state = 'RUNNING')::int AS running,
        min(j.created_at) FILTER (WHERE j.state = 'CREATED') AS "oldestQueuedAt"
      FROM sync_jobs j JOIN connections c ON c.id = j.connection_id
      WHERE j.state IN ('CREATED', 'RUNNING') AND c.organisation_id = ${organisationId}`,
  );
  return some(row);
}

/** How the ticks of the last day went. A job that still waits is as late as it is old. */
export async function readTicks(db: Database, organisationId: bigint): Promise<TickFacts> {
  const row = await one(
    db.prisma.$queryRaw<TickFacts[]>`
      WITH recent AS MATERIALIZED (
        SELECT id, trigger, created_at FROM syncs
        WHERE organisation_id = ${organisationId} ORDER BY id DESC LIMIT ${TICK_SYNCS}
      ), ticks AS (
        SELECT j.missed_ticks,
          extract(epoch FROM coalesce(j.started_at, syncline_now()) - j.due_at)::float8 AS lateness
        FROM recent s JOIN sync_jobs j ON j.sync_id = s.id
        WHERE s.trigger = 'auto' AND j.due_at IS NOT NULL
          AND s.created_at > syncline_now() - make_interval(hours => ${TICK_WINDOW_HOURS}::int)
      )
      SELECT ${windowHours} AS "windowHours",
        count(*) FILTER (WHERE lateness <= ${ON_TIME_SECONDS})::int AS "onTime",
        count(*) FILTER (WHERE lateness > ${ON_TIME_SECONDS})::int AS late,
        coalesce(sum(missed_ticks), 0)::int AS collapsed,
        round((percentile_cont(0.5) WITHIN GROUP (ORDER BY lateness) * 1000)::numeric)::float8 AS "latenessP50Ms",
        round((percentile_cont(0.99) WITHIN GROUP (ORDER BY lateness) * 1000)::numeric)::float8 AS "latenessP99Ms"
      FROM ticks`,
  );
  return some(row);
}

const windowHours = Prisma.sql`(
  SELECT CASE WHEN count(*) < ${TICK_SYNCS} THEN ${TICK_WINDOW_HOURS}::float8
    ELSE least(${TICK_WINDOW_HOURS}::float8,
      round((extract(epoch FROM syncline_now() - min(created_at)) / 3600)::numeric, 1)::float8) END
  FROM recent)`;

export async function readConnectionFacts(
  db: Database,
  organisationId: bigint,
): Promise<ConnectionFacts> {
  const row = await one(
    db.prisma.$queryRaw<ConnectionFacts[]>`
      WITH states AS (
        SELECT CASE
          WHEN c.status <> 'HEALTHY' THEN c.status
          WHEN c.paused THEN 'paused'
          WHEN EXISTS (
            SELECT 1 FROM pulls p WHERE p.connection_id = c.id AND p.state = 'RUNNING' AND ${isAsleep}
          ) THEN 'sleeping'
          ELSE 'healthy' END AS state
        FROM connections c WHERE c.organisation_id = ${organisationId} AND c.deleted_at IS NULL
      )
      SELECT count(*) FILTER (WHERE state = 'healthy')::int AS healthy,
        count(*) FILTER (WHERE state = 'sleeping')::int AS sleeping,
        count(*) FILTER (WHERE state = 'paused')::int AS paused,
        count(*) FILTER (WHERE state = 'EXPIRED')::int AS expired,
        count(*) FILTER (WHERE state = 'DISCONNECTED')::int AS disconnected,
        count(*) FILTER (WHERE state = 'PENDING')::int AS pending
      FROM states`,
  );
  return some(row);
}

function some<T>(row: T | null): T {
  if (row === null) throw new Error('An aggregate answered no row');
  return row;
}
