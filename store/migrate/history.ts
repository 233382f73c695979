import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { MigrationFile } from './files';

/** A row of `_prisma_migrations` that still counts (not marked as rolled back). */
export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
  readonly isFinished: boolean;
}

/**
 * The lock that Prisma's migrate engine takes, so that the two tools exclude each other as well as
 * themselves (schema-engine, `sql-schema-connector`, PostgreSQL flavour).
 */
const MIGRATION_LOCK = 72707369;

/** The table as Prisma's migrate engine makes it, so that it can carry on where we stop. */
const CREATE_TABLE = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

/**
 * Waits for the right to migrate, at most `limitMs`; it is given back when the connection ends.
 * Rejects with PostgreSQL's `lock_not_available` (55P03) when another holds it for longer.
 */
export async function lockMigrations(client: Client, limitMs: number): Promise<void> {
  await client.query(`SET lock_timeout = ${Math.trunc(limitMs)}`);
  await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  await client.query('SET lock_timeout = 0');
}

/** Whether the schema holds tables although no migration was ever recorded: somebody else's. */
export async function holdsForeignTables(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ tables: string[]; recorded: boolean }>(`
    SELECT array_agg(tablename::text) AS tables, bool_or(tablename = '_prisma_migrations') AS recorded
      FROM pg_tables WHERE schemaname = current_schema()`);
  const [row] = rows;
  return Boolean(row?.tables) && row?.recorded !== true;
}

/** Makes the table if it is missing, and reads it, oldest first. */
export async function readHistory(client: Client): Promise<AppliedMigration[]> {
  await client.query(CREATE_TABLE);
  const { rows } = await client.query<{ name: string; checksum: string; is_finished: boolean }>(`
    SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS is_finished
      FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`);
  return rows.map(({ name, checksum, is_finished: isFinished }) => ({
    name,
    checksum,
    isFinished,
  }));
}

/** Writes down that a migration begins; the id is for `recordFinished` or `recordFailed`. */
export async function recordStarted(client: Client, migration: MigrationFile): Promise<string> {
  const id = randomUUID();
  await client.query(
    // clock_timestamp(), as now() would be the start of the transaction, for finished_at too.
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at)
     VALUES ($1, $2, $3, clock_timestamp())`,
    [id, migration.checksum, migration.name],
  );
  return id;
}

export async function recordFinished(client: Client, id: string): Promise<void> {
  await client.query(
    `UPDATE _prisma_migrations
        SET finished_at = clock_timestamp(), applied_steps_count = applied_steps_count + 1
      WHERE id = $1`,
    [id],
  );
}

export async function recordFailed(client: Client, id: string, logs: string): Promise<void> {
  await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, logs]);
}
