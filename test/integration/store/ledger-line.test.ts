import { randomUUID } from 'node:crypto';
import type { Declared } from '../../../core/quota';
import { askPermit } from '../../../store/quota';
import { createTestDatabase, type TestDatabase } from '../../support/database';

/** Calls of one account that come at one instant go into the ledger together, and each is decided on by itself. */

const DECLARED: Declared = {
  windows: { minute: 10 },
  counting: 'rolling',
  concurrent: 100,
  observable: false,
};
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const ask = (account: string, leaseId: string = randomUUID()) =>
  askPermit(database.db, account, DECLARED, {
    before: null,
    leaseId,
    lane: 'scheduled',
    priority: 5,
    leaseMs: 45_000,
    purpose: 'read',
    calls: 1,
  });

async function versionOf(account: string): Promise<number> {
  const { rows } = await database.db.pool.query<{ version: string }>(
    'SELECT version FROM quota_accounts WHERE account = $1',
    [account],
  );
  return Number(rows[0]?.version);
}

it('gives as many permits as there are, however many ask at once, in a few writes', async () => {
  const verdicts = await Promise.all(Array.from({ length: 40 }, () => ask('crowd')));
  expect(verdicts.filter(({ granted }) => granted).length).toBeLessThanOrEqual(10);
  expect(verdicts.filter(({ granted }) => granted).length).toBeGreaterThan(0);
  // The first goes alone; the 39 that came meanwhile go with the second write.
  expect(await versionOf('crowd')).toBeLessThanOrEqual(3);
});

it('lets accounts be, whose turn it is not', async () => {
  const verdicts = await Promise.all(['one', 'two', 'three'].map((account) => ask(account)));
  expect(verdicts.map(({ granted }) => granted)).toEqual([true, true, true]);
});

it('tells everyone in line when the write fails, and goes on with those who come later', async () => {
  const { pool } = database.db;
  await pool.query('ALTER TABLE quota_accounts RENAME TO away');
  const ends = await Promise.allSettled([ask('line'), ask('line')]);
  await pool.query('ALTER TABLE away RENAME TO quota_accounts');
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(ask('line')).resolves.toMatchObject({ granted: true });
});
