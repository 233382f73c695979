import type { Client } from 'pg';
import { connectWhenReady, describe } from './connect';
import {
  findMigrationsDir,
  matchesChecksum,
  type MigrationFile,
  mustRunAlone,
  readMigrations,
} from './files';
import {
  type AppliedMigration,
  holdsForeignTables,
  lockMigrations,
  readHistory,
  recordFailed,
  recordFinished,
  recordStarted,
} from './history';
import { MigrationError } from './migration-error';

export interface MigrateOptions {
  /** Folder laid out as Prisma's; default: the one that comes with this code. */
  readonly dir?: string;
  /** How long to wait for the server, and for another migration in progress, each; default 60 s. */
  readonly waitMs?: number;
  /** Called before each migration is applied. */
  readonly onApply?: (name: string) => void;
}

export interface MigrateResult {
  /** Names of the migrations that were applied now, in order. */
  readonly applied: readonly string[];
  /** How many the database has in all. */
  readonly total: number;
}

const DEFAULT_WAIT_MS = 60_000;

/**
 * Brings a database up to the migrations of a folder, as `prisma migrate deploy` does and in its
 * own table. Several at once wait for each other. Each migration is applied whole or not at all,
 * except those that PostgreSQL refuses to run in a transaction. Throws `MigrationError`: server out
 * of reach, database newer than the code, applied migration edited since, script refused.
 */
export async function migrate(
  databaseUrl: string,
  options: MigrateOptions = {},
): Promise<MigrateResult> {
  const waitMs = options.waitMs ?? DEFAULT_WAIT_MS;
  const migrations = readMigrations(options.dir ?? findMigrationsDir());
  const client = await connectWhenReady(databaseUrl, waitMs);
  try {
    await takeLock(client, waitMs);
    return await applyPending(client, migrations, describe(databaseUrl), options.onApply);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function takeLock(client: Client, waitMs: number): Promise<void> {
  try {
    await lockMigrations(client, waitMs);
  } catch (error) {
    if (sqlState(error) !== '55P03') throw error;
    throw new MigrationError(
      `Another migration of this database has been running for more than ${Math.round(waitMs / 1_000)} s: wait for it, or end it.`,
      { cause: error },
    );
  }
}

async function applyPending(
  client: Client,
  migrations: readonly MigrationFile[],
  where: string,
  onApply: MigrateOptions['onApply'],
): Promise<MigrateResult> {
  if (await holdsForeignTables(client)) {
    throw new MigrationError(
      `There are tables in ${where} that are not Syncline's: give it an empty database of its own.`,
    );
  }
  const history = await readHistory(client);
  checkHistory(history, migrations);
  const known = new Set(history.map(({ name }) => name));
  const pending = migrations.filter(({ name }) => !known.has(name));
  for (const migration of pending) {
    onApply?.(migration.name);
    await apply(client, migration);
  }
  return { applied: pending.map(({ name }) => name), total: history.length + pending.length };
}

function checkHistory(
  history: readonly AppliedMigration[],
  migrations: readonly MigrationFile[],
): void {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  // Asked first: what else looks wrong in a newer database is only a consequence.
  const unknown = history.find(({ name }) => !byName.has(name));
  if (unknown !== undefined) {
    throw new MigrationError(
      `The database is newer than this code: it has the migration ${unknown.name}, which is not here. Use the newer version of Syncline, or another database.`,
    );
  }
  for (const { name, checksum, isFinished } of history) {
    if (!isFinished) {
      throw new MigrationError(
        `The migration ${name} failed half-way earlier: set the database right by hand, then mark its row in _prisma_migrations as rolled back (rolled_back_at) and run again.`,
      );
    }
    const migration = byName.get(name);
    if (migration !== undefined && !matchesChecksum(migration, checksum)) {
      throw new MigrationError(
        `The migration ${name} was edited after the database had applied it: restore the file and put the change into a new migration.`,
      );
    }
  }
}

async function apply(client: Client, migration: MigrationFile): Promise<void> {
  if (mustRunAlone(migration.sql)) return applyAlone(client, migration);
  await client.query('BEGIN');
  try {
    const id = await recordStarted(client, migration);
    await client.query(migration.sql);
    await recordFinished(client, id);
    await client.query('COMMIT');
  } catch (error) {
    // The row of this attempt goes with it: nothing happened, and the next run tries again.
    await client.query('ROLLBACK').catch(() => undefined);
    throw refused(migration, error);
  }
}

async function applyAlone(client: Client, migration: MigrationFile): Promise<void> {
  const id = await recordStarted(client, migration);
  try {
    await client.query(migration.sql);
  } catch (error) {
    await recordFailed(client, id, reasonOf(error)).catch(() => undefined);
    throw refused(migration, error);
  }
  await recordFinished(client, id);
}

function refused(migration: MigrationFile, error: unknown): MigrationError {
  return new MigrationError(
    `The migration ${migration.name} could not be applied: ${reasonOf(error)}`,
    { cause: error },
  );
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const state = sqlState(error);
  return state === '' ? text : `${text} (SQLSTATE ${state})`;
}

function sqlState(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
