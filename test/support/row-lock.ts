import { Client } from 'pg';
import type { TestDatabase } from './database';
import { until } from './until';

/**
 * Holds rows, so that transactions that are to meet at one instant gather before them, in the order in which the test
 * sends them there.
 */
export class RowLock {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** Locks what the statement selects; it ends in `FOR UPDATE`. */
  static async take(
    database: TestDatabase,
    statement: string,
    values: unknown[],
  ): Promise<RowLock> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('BEGIN');
    const { rowCount } = await client.query(statement, values);
    if (rowCount === 0) throw new Error(`Nothing to lock: ${statement}`);
    return new RowLock(client);
  }

  /** Waits until so many sessions of the database wait for a lock: this one, or each other. */
  async waiting(sessions: number): Promise<void> {
    await until(`${sessions} sessions to wait for a lock`, 20_000, async () => {
      const { rows } = await this.#client.query<{ waiting: string }>(
        `SELECT count(*) AS waiting FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return Number(rows[0]?.waiting) >= sessions ? true : null;
    });
  }

  async release(): Promise<void> {
    await this.#client.query('COMMIT');
    await this.#client.end();
  }
}

/** Deadlocks that PostgreSQL has found in this database since it was made. */
export async function deadlocks(database: TestDatabase): Promise<number> {
  const [row] = await database.db.prisma.$queryRaw<{ deadlocks: bigint }[]>`
    SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`;
  return Number(row?.deadlocks ?? 0n);
}
