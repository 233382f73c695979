import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import { type Prisma, PrismaClient } from '../prisma/generated/client';

/** The database: Prisma for everything, and the pool its adapter runs on for the few hot statements. */
export interface Database {
  readonly prisma: PrismaClient;
  readonly pool: Pool;
  close(): Promise<void>;
}

/** Inside a transaction. */
export type Tx = Prisma.TransactionClient;

/** Longest a transaction may take; longer means the database is gone or stuck, and the caller should hear of it. */
const TRANSACTION_TIMEOUT_MS = 20_000;

/** Longest a caller waits for a connection before it is told that the database cannot be had. */
const CONNECT_TIMEOUT_MS = 2_500;

export function createDatabase(url: string, options: { max: number }): Database {
  const pool = new Pool({
    connectionString: url,
    max: options.max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    // Times are compared and printed in UTC, whatever the server's own setting is.
    options: '-c timezone=UTC',
  });
  // An idle connection that breaks is replaced by the pool; unheard, the event would end the process.
  pool.on('error', () => undefined);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { timeout: TRANSACTION_TIMEOUT_MS, maxWait: CONNECT_TIMEOUT_MS },
  });
  return {
    prisma,
    pool,
    async close() {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}

/** Runs `act` in one READ COMMITTED transaction. A statement after a lock sees what the lock's former owner did. */
export function inTransaction<T>(db: Database, act: (tx: Tx) => Promise<T>): Promise<T> {
  return db.prisma.$transaction(act, { isolationLevel: 'ReadCommitted' });
}
