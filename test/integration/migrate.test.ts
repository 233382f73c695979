import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../store/migrate/migrate';
import { MigrationError } from '../../store/migrate/migration-error';

const ADMIN_URL = process.env['TEST_DATABASE_URL'] ?? '';
const FIRST = {
  '20260101000000_first': 'CREATE TABLE one (id int);\nINSERT INTO one VALUES (1);\n',
};
const SECOND = { '20260102000000_second': 'CREATE TABLE two (id int);\n' };

let database = '';
let url = '';
let dir = '';
let client: Client;

async function asAdmin(statement: string): Promise<void> {
  const admin = new Client({ connectionString: ADMIN_URL });
  await admin.connect();
  await admin.query(statement).finally(() => admin.end());
}

/** Writes the given scripts as a Prisma folder, in place of what was there. */
function layOut(scripts: Record<string, string>): void {
  rmSync(dir, { recursive: true, force: true });
  for (const [name, sql] of Object.entries(scripts)) {
    mkdirSync(path.join(dir, name), { recursive: true });
    writeFileSync(path.join(dir, name, 'migration.sql'), sql);
  }
  writeFileSync(path.join(dir, 'migration_lock.toml'), 'provider = "postgresql"\n');
}

const history = async () =>
  (await client.query('SELECT * FROM _prisma_migrations ORDER BY started_at')).rows;

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MigrationError);
  return error instanceof Error ? error.message : '';
}

beforeEach(async () => {
  database = `migrate_${process.pid}_${Date.now()}`;
  await asAdmin(`CREATE DATABASE ${database}`);
  const parsed = new URL(ADMIN_URL);
  parsed.pathname = `/${database}`;
  url = parsed.href;
  dir = path.join(mkdtempSync(path.join(os.tmpdir(), 'migrations-')), 'migrations');
  client = new Client({ connectionString: url });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await asAdmin(`DROP DATABASE ${database} WITH (FORCE)`);
  rmSync(path.dirname(dir), { recursive: true, force: true });
});

test('applies what is pending, in order, and writes it down as Prisma does', async () => {
  layOut({ ...SECOND, ...FIRST });
  const result = await migrate(url, { dir });
  expect(result).toEqual({ applied: Object.keys({ ...FIRST, ...SECOND }), total: 2 });
  const [row] = await history();
  expect(row).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
    checksum: createHash('sha256').update(FIRST['20260101000000_first']).digest('hex'),
    migration_name: '20260101000000_first',
    logs: null,
    rolled_back_at: null,
    applied_steps_count: 1,
  });
  expect(row.finished_at.getTime()).toBeGreaterThanOrEqual(row.started_at.getTime());
});

test('does nothing the second time, and only the new ones after an update', async () => {
  layOut(FIRST);
  await migrate(url, { dir });
  expect(await migrate(url, { dir })).toEqual({ applied: [], total: 1 });
  layOut({ ...FIRST, ...SECOND });
  expect((await migrate(url, { dir })).applied).toEqual(['20260102000000_second']);
});

test('carries on from rows that Prisma itself has left, with either line ending', async () => {
  layOut(FIRST);
  await migrate(url, { dir });
  layOut({ '20260101000000_first': FIRST['20260101000000_first'].replaceAll('\n', '\r\n') });
  expect((await migrate(url, { dir })).applied).toEqual([]);
});

test('several at once apply each migration once', async () => {
  layOut({ ...FIRST, ...SECOND });
  const results = await Promise.all([1, 2, 3, 4].map(() => migrate(url, { dir })));
  expect(results.flatMap(({ applied }) => applied)).toHaveLength(2);
  expect((await client.query('SELECT * FROM one')).rowCount).toBe(1);
});

test('leaves nothing of a script that fails, and applies it once it is mended', async () => {
  layOut({ ...FIRST, '20260102000000_second': 'CREATE TABLE two (id int); SELECT 1/0;' });
  expect(await failureOf(migrate(url, { dir }))).toMatch(
    /20260102000000_second could not be applied: division by zero \(SQLSTATE 22012\)/,
  );
  expect(await history()).toHaveLength(1);
  layOut({ ...FIRST, ...SECOND });
  expect((await migrate(url, { dir })).applied).toEqual(['20260102000000_second']);
});

test('runs CREATE INDEX CONCURRENTLY outside a transaction', async () => {
  layOut({ ...FIRST, '20260102000000_index': 'CREATE INDEX CONCURRENTLY one_id ON one (id);' });
  expect((await migrate(url, { dir })).total).toBe(2);
});

test('remembers a failure outside a transaction, and asks a person to look', async () => {
  layOut({ ...FIRST, '20260102000000_index': 'CREATE INDEX CONCURRENTLY one_x ON one (absent);' });
  await failureOf(migrate(url, { dir }));
  expect((await history())[1]).toMatchObject({
    finished_at: null,
    logs: expect.stringMatching(/absent/),
  });
  expect(await failureOf(migrate(url, { dir }))).toMatch(/failed half-way earlier/);
  await client.query(
    "UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name LIKE '%index'",
  );
  layOut({ ...FIRST, '20260102000000_index': 'CREATE INDEX CONCURRENTLY one_id ON one (id);' });
  expect((await migrate(url, { dir })).applied).toEqual(['20260102000000_index']);
});

test('refuses a database newer than the code', async () => {
  layOut({ ...FIRST, ...SECOND });
  await migrate(url, { dir });
  layOut(FIRST);
  expect(await failureOf(migrate(url, { dir }))).toMatch(
    /newer than this code: it has the migration 20260102000000_second/,
  );
});

test('refuses an applied migration that was edited since', async () => {
  layOut(FIRST);
  await migrate(url, { dir });
  layOut({ '20260101000000_first': 'CREATE TABLE one (id bigint);' });
  expect(await failureOf(migrate(url, { dir }))).toMatch(/20260101000000_first was edited/);
});

test("refuses a database that holds somebody else's tables", async () => {
  await client.query('CREATE TABLE theirs (id int)');
  layOut(FIRST);
  expect(await failureOf(migrate(url, { dir }))).toMatch(/tables .* that are not Syncline's/);
});

test('waits for another migration no longer than it is told', async () => {
  layOut(FIRST);
  await client.query('SELECT pg_advisory_lock(72707369)');
  expect(await failureOf(migrate(url, { dir, waitMs: 300 }))).toMatch(/Another migration/);
});

test('says in one sentence, without the password, why it cannot connect', async () => {
  layOut(FIRST);
  const change = (edit: (parsed: URL) => void): string => {
    const parsed = new URL(url);
    edit(parsed);
    return parsed.href;
  };
  const wrongPassword = change((parsed) => {
    parsed.password = 'not-the-password';
  });
  const noServer = change((parsed) => {
    parsed.port = '1';
  });
  const noDatabase = change((parsed) => {
    parsed.pathname = '/absent';
  });
  expect(await failureOf(migrate(wrongPassword, { dir }))).toMatch(
    /^The user or password .* is refused by the database/,
  );
  expect(await failureOf(migrate(noServer, { dir, waitMs: 300 }))).toMatch(/^Nothing answers/);
  expect(await failureOf(migrate(noDatabase, { dir }))).toMatch(/^There is no database "absent"/);
  expect(await failureOf(migrate('nonsense', { dir }))).toMatch(/^DATABASE_URL is not a URL/);
  expect(await failureOf(migrate(wrongPassword, { dir }))).not.toMatch(/not-the-password/);
});

test('waits for a server that is not up yet', async () => {
  layOut(FIRST);
  const { createServer, connect } = await import('node:net');
  const real = new URL(url);
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => probe.close(resolve));
  const relay = createServer((socket) => {
    const upstream = connect(Number(real.port), real.hostname);
    socket.pipe(upstream).pipe(socket);
    for (const end of [socket, upstream]) end.on('error', () => undefined);
  });
  const opening = setTimeout(() => relay.listen(port, '127.0.0.1'), 700);
  const late = new URL(url);
  late.port = String(port);
  try {
    expect((await migrate(late.href, { dir, waitMs: 10_000 })).total).toBe(1);
  } finally {
    clearTimeout(opening);
    relay.close();
  }
});
