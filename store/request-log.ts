import type { Database } from './database';

/** Writer of the log of calls to platforms. */

export interface RequestEntry {
  readonly connectionId: bigint;
  readonly pullId: bigint;
  /** The database's clock when the call was permitted. */
  readonly at: Date;
  readonly method: string;
  /** With its query; holds no secret. */
  readonly path: string;
  /** null where no answer came. */
  readonly status: number | null;
  readonly ms: number;
  readonly quotaRemaining: number | null;
  readonly bytes: number | null;
  readonly error: string | null;
  readonly bodyStart: string | null;
}

/** Kept of one pull: its first entries, and the newest. */
const FIRST_KEPT = 200;
const NEWEST_KEPT = 1_800;
/** Rows looked at in one round of pruning. */
const BATCH = 5_000;

/** What the worker's log of calls is written with. */
export function requestStore(db: Database) {
  return {
    insert: (entries: readonly RequestEntry[]) => insertRequests(db, entries),
    trim: (pull: { connectionId: bigint; pullId: bigint }) => trimRequests(db, pull),
  };
}

/** Writes entries in one statement; those of connections that are deleted are left out. */
async function insertRequests(db: Database, entries: readonly RequestEntry[]): Promise<void> {
  await db.pool.query({
    name: 'log-requests',
    text: `INSERT INTO platform_requests (connection_id, pull_id, at, method, path, status, ms, quota_remaining, bytes,
        error, body_start)
      SELECT x.c, x.p, x.at, x.method, x.path, x.status, x.ms, x.quota, x.bytes, x.error, x.body
      FROM jsonb_to_recordset($1::jsonb) AS x(n int, c bigint, p bigint, at timestamptz, method text, path text,
        status int, ms int, quota int, bytes bigint, error text, body text)
      JOIN connections c ON c.id = x.c AND c.deleted_at IS NULL
      ORDER BY x.n`,
    values: [JSON.stringify(entries.map(toRow))],
  });
}

function toRow(entry: RequestEntry, n: number) {
  return {
    n,
    c: entry.connectionId.toString(),
    p: entry.pullId.toString(),
    at: entry.at,
    method: entry.method,
    path: entry.path,
    status: entry.status,
    ms: entry.ms,
    quota: entry.quotaRemaining,
    bytes: entry.bytes,
    error: entry.error,
    body: entry.bodyStart,
  };
}

/** Removes what a pull has logged beyond its first and its newest entries. */
async function trimRequests(
  db: Database,
  { connectionId, pullId }: { connectionId: bigint; pullId: bigint },
): Promise<number> {
  return db.prisma.$executeRaw`
    DELETE FROM platform_requests
    WHERE connection_id = ${connectionId} AND pull_id = ${pullId}
      AND id >= (SELECT id FROM platform_requests WHERE connection_id = ${connectionId} AND pull_id = ${pullId}
        ORDER BY id OFFSET ${FIRST_KEPT} LIMIT 1)
      AND id <= (SELECT id FROM platform_requests WHERE connection_id = ${connectionId} AND pull_id = ${pullId}
        ORDER BY id DESC OFFSET ${NEWEST_KEPT} LIMIT 1)`;
}

/** Removes entries older than so many days, a batch of the oldest rows at a time, so that no index on time is needed. */
export async function pruneRequests(db: Database, keepDays: number): Promise<number> {
  return db.prisma.$executeRaw`
    DELETE FROM platform_requests
    WHERE id IN (SELECT id FROM platform_requests ORDER BY id LIMIT ${BATCH})
      AND at < syncline_now() - ${keepDays} * interval '1 day'`;
}

/** Removes a batch of what was logged of a connection. */
export async function purgeRequests(db: Database, connectionId: bigint): Promise<number> {
  return db.prisma.$executeRaw`
    DELETE FROM platform_requests WHERE id IN (
      SELECT id FROM platform_requests WHERE connection_id = ${connectionId} LIMIT ${BATCH})`;
}
