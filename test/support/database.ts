import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { createDatabase, type Database } from '../../store/database';
import { migrate } from '../../store/migrate/migrate';

/** Made by whoever started the test server: copying it takes 50 ms, migrating takes seconds. */
const TEMPLATE = 'syncline_template';
/** PostgreSQL error code: the template is being copied or migrated by somebody else just now. */
const OBJECT_IN_USE = '55006';
const COPY_ATTEMPTS = 100;
const COPY_RETRY_MS = 100;

export interface TestDatabase {
  readonly url: string;
  readonly db: Database;
  /** Closes `db` and removes the database, whoever else still uses it. */
  drop(): Promise<void>;
}

/** A new, migrated, empty database on the server of TEST_DATABASE_URL. The caller drops it. */
export async function createTestDatabase(
  options: { max?: number; clockOffsetMs?: number } = {},
): Promise<TestDatabase> {
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`;
  const url = new URL(serverUrl());
  const hasTemplate = await asAdministrator((client) => makeDatabase(client, name));
  url.pathname = `/${name}`;
  if (!hasTemplate) await migrate(url.href);
  if (options.clockOffsetMs !== undefined && options.clockOffsetMs !== 0) {
    const offset = `ALTER DATABASE "${name}" SET syncline.clock_offset_ms = '${options.clockOffsetMs}'`;
    await asAdministrator((client) => client.query(offset));
  }
  const db = createDatabase(url.href, { max: options.max ?? 10 });
  return {
    url: url.href,
    db,
    async drop() {
      await db.close();
      await asAdministrator((client) => client.query(`DROP DATABASE "${name}" WITH (FORCE)`));
    },
  };
}

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) {
    throw new Error(
      'TEST_DATABASE_URL is not set: run `npm test`, or `node scripts/services.mjs --write-env FILE` and read FILE in.',
    );
  }
  return url;
}

async function asAdministrator<T>(act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

/** Answers whether the database is a copy of the template; if not, it is empty. */
async function makeDatabase(client: Client, name: string): Promise<boolean> {
  const templates = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE]);
  if (templates.rowCount === 0) {
    await client.query(`CREATE DATABASE "${name}"`);
    return false;
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(`CREATE DATABASE "${name}" TEMPLATE "${TEMPLATE}"`);
      return true;
    } catch (error) {
      if (!isInUse(error) || attempt === COPY_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, COPY_RETRY_MS));
    }
  }
}

function isInUse(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === OBJECT_IN_USE
  );
}
