import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import { type Prisma, PrismaClient } from '../prisma/generated/client';
import { ConnectionWatch } from './connection-watch';
import { createProbe } from './probe';

/** The database: Prisma for everything, and the pool its adapter runs on for the few hot statements. */
export interface Database {
  readonly prisma: PrismaClient;
  readonly pool: Pool;
  /** Whether the server answers on a new connection, within the patience given. */
  isAnswering(): Promise<boolean>;
  /** Whether a connection broke, or the server did not answer, at or after this instant of `performance.now()`. */
  hasFailedSince(instant: number): boolean;
  close(): Promise<void>;
}

/** Inside a transaction: statements, their values as bigint, Date, text, number, boolean and parsed JSON. */
export interface Tx {
  $queryRaw<T>(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<T>;
  /** Answers how many rows it touched. */
  $executeRaw(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<number>;
}

/** Inside a transaction that uses Prisma's models, too. */
export type ModelTx = Prisma.TransactionClient;

/** Longest a transaction may take; longer means the database is gone or stuck, and the caller should hear of it. */
const TRANSACTION_TIMEOUT_MS = 20_000;

/** Longest a caller waits for a connection before it is told that the database cannot be had. */
const CONNECT_TIMEOUT_MS = 2_500;

/** When a server that says nothing is taken for lost: after `askAfterMs` it is asked, and has `answerMs`. */
export interface Patience {
  readonly askAfterMs: number;
  readonly answerMs: number;
}

/** For work that nobody waits for: a busy server is given time. */
const WORK_PATIENCE: Patience = { askAfterMs: 5_000, answerMs: 3_000 };

/**
 * What the server is to do by itself. Times are compared and printed in UTC, whatever its own setting is. A client
 * that a network has swallowed would hold its locks until the server's TCP gives up, two hours by default, and callers
 * would wait for them in vain, although the network has healed: its transaction ends after 5 s without a word (between
 * two statements ours take milliseconds), and keep-alive finds it within half a minute.
 */
const SESSION = {
  timezone: 'UTC',
  idle_in_transaction_session_timeout: 5_000,
  tcp_keepalives_idle: 15,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
};

export function createDatabase(
  url: string,
  options: { max: number; patience?: Patience },
): Database {
  const patience = options.patience ?? WORK_PATIENCE;
  const watch = new ConnectionWatch(patience.askAfterMs, createProbe(url, patience));
  const pool = new Pool({
    connectionString: url,
    stream: watch.createSocket,
    max: options.max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    options: Object.entries(SESSION)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  });
  watch.watch(pool);
  // An idle connection that breaks is replaced by the pool; unheard, the event would end the process.
  pool.on('error', () => undefined);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { timeout: TRANSACTION_TIMEOUT_MS, maxWait: CONNECT_TIMEOUT_MS },
  });
  return {
    prisma,
    pool,
    isAnswering: () => watch.isAnswering(),
    hasFailedSince: (instant) => watch.hasFailedSince(instant),
    async close() {
      watch.close();
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}

/** Runs `act` in one READ COMMITTED transaction. A statement after a lock sees what the lock's former owner did. */
export function inTransaction<T>(db: Database, act: (tx: ModelTx) => Promise<T>): Promise<T> {
  return db.prisma.$transaction(act, { isolationLevel: 'ReadCommitted' });
}
