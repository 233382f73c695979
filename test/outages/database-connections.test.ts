import { createDatabase, type Database, inTransaction } from '../../store/database';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { TcpProxy } from '../support/tcp-proxy';
import { until } from '../support/until';

/** What the pool does when nobody tells it that its connections are dead. */

const PATIENCE = { askAfterMs: 400, answerMs: 2_000 };
/** The two, a look in between, and a busy machine. */
const NOTICED_WITHIN_MS = 10_000;
jest.setTimeout(120_000);

let network: TcpProxy;
let behind: TestDatabase;
let db: Database;
beforeAll(async () => {
  behind = await createTestDatabase();
  const url = new URL(behind.url);
  network = await TcpProxy.to(url.host);
  url.host = network.address;
  db = createDatabase(url.href, { max: 3, patience: PATIENCE });
});
afterEach(async () => {
  await network.set('forward');
  // Connections given up just now take a moment to be gone from the pool.
  await until('the pool to answer', 20_000, () =>
    Promise.all([ask(), ask(), ask()]).then(
      () => true,
      () => null,
    ),
  );
});
afterAll(async () => {
  await db.close();
  await network.close();
  await behind.drop();
});

const ask = () => db.pool.query('SELECT 1');
const sleepInDatabase = (seconds: number) => db.pool.query('SELECT pg_sleep($1)', [seconds]);

async function underWay(): Promise<number> {
  const { rowCount } = await behind.db.pool.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep%'
      AND pid <> pg_backend_pid()`,
  );
  return rowCount ?? 0;
}

test('statements whose answer a network swallows fail soon', async () => {
  const asked = Promise.allSettled([
    sleepInDatabase(1),
    db.prisma.$queryRaw`SELECT pg_sleep(1)::text`,
  ]);
  await until('both to be under way', 5_000, async () => ((await underWay()) === 2 ? true : null));
  const droppedAt = performance.now();
  await network.set('drop');
  const ends = await asked;
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(performance.now() - droppedAt).toBeLessThan(NOTICED_WITHIN_MS);
  expect(db.hasFailedSince(droppedAt)).toBe(true);
});

test('a statement that a network swallowed fails soon, although the network has healed since', async () => {
  const transaction = inTransaction(db, async (tx) => {
    await tx.$queryRaw`SELECT 1`;
    await network.set('drop');
    await network.set('forward');
    await tx.$queryRaw`SELECT 1`;
  });
  const startedAt = performance.now();
  await expect(transaction).rejects.toThrow();
  expect(performance.now() - startedAt).toBeLessThan(NOTICED_WITHIN_MS);
});

test('a transaction whose network swallows everything fails soon', async () => {
  const transaction = inTransaction(db, async (tx) => {
    await tx.$queryRaw`SELECT 1`;
    await network.set('drop');
    await tx.$queryRaw`SELECT 1`;
  });
  const startedAt = performance.now();
  await expect(transaction).rejects.toThrow();
  expect(performance.now() - startedAt).toBeLessThan(NOTICED_WITHIN_MS);
});

test('a statement that takes its time on a server that answers is left alone', async () => {
  const from = performance.now();
  const slow = (PATIENCE.askAfterMs + PATIENCE.answerMs) / 1_000 + 1;
  await expect(sleepInDatabase(slow)).resolves.toMatchObject({ rowCount: 1 });
  expect(db.hasFailedSince(from)).toBe(false);
});

test('the server is told to end transactions of clients that say nothing, and to look for dead ones', async () => {
  const shown = await Promise.all(
    ['idle_in_transaction_session_timeout', 'tcp_keepalives_idle', 'TimeZone'].map((name) =>
      db.pool.query<{ value: string }>(`SELECT current_setting('${name}') AS value`),
    ),
  );
  expect(shown.map(({ rows }) => rows[0]?.value)).toEqual(['5s', '15', 'UTC']);
});

test('a client that vanished holds its locks for some seconds at most', async () => {
  await behind.db.pool.query('CREATE TABLE locked (id int); INSERT INTO locked VALUES (1)');
  const holding = inTransaction(db, async (tx) => {
    await tx.$queryRaw`SELECT id FROM locked FOR UPDATE`;
    await network.set('drop');
    await tx.$queryRaw`SELECT 1`;
  });
  await expect(holding).rejects.toThrow();
  const from = performance.now();
  await behind.db.pool.query('SELECT id FROM locked FOR UPDATE');
  expect(performance.now() - from).toBeLessThan(10_000);
});
