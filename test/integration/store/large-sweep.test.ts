import { createSealer } from '../../../infra/secrets';
import { begin, type TakenPull } from '../../../store/begin';
import { createConnection } from '../../../store/connections';
import { decideSweep, sweepCandidates, tombstoneBatch } from '../../../store/sweep';
import { createTestDatabase, type TestDatabase } from '../../support/database';

/**
 * A sweep right after a first load: the server has not looked at its tables yet, takes them for small, and would hold
 * each row against each id. That it can do nothing better is forced here, by what its planner may not use.
 */

/** Each against each would be five thousand million comparisons, minutes of them. */
const ROWS = 100_000;
const LIMIT_MS = 15_000;
const GONE = ['inv-7', 'inv-70000', 'inv-9'];

let database: TestDatabase;
beforeAll(async () => {
  // One session, for which what is set below holds.
  database = await createTestDatabase({ max: 1 });
});
afterAll(() => database.drop());

async function takenPull(): Promise<TakenPull> {
  const { db } = database;
  const organisation = await db.prisma.organisation.create({ data: { name: 'Sweeper' } });
  const { connectionId } = await createConnection(db, {
    organisationId: organisation.id,
    company: { name: 'Sweeper' },
    integrationType: 'ROOTFI_SANDBOX',
    category: 'ACCOUNTING',
    account: 'sweeper',
    settings: {},
    expiresAt: null,
    seal: () => createSealer('a key for tests, long enough').seal({}, 'sweeper'),
    readableModels: ['INVOICES'],
    syncConfig: null,
  });
  const facts = { overlapMs: 0, connectorVersion: 1 };
  const begun = await begin(db, { connectionId, dataModel: 'INVOICES', ...facts });
  if (begun.kind !== 'pull') throw new Error('There was nothing to begin');
  return begun.pull;
}

/** All rows are older than the pull, and its listing has shown all but three. */
async function fill({ id, connection }: TakenPull): Promise<void> {
  const { pool } = database.db;
  await pool.query(
    `INSERT INTO records (connection_id, company_id, data_model, platform_id, data, raw, hash, raw_hash, created_at,
       updated_at)
     SELECT $1, $2, 'INVOICES', 'inv-' || n, '{}', '{}', 'h', 'w', now() - interval '1 day', now() - interval '1 day'
     FROM generate_series(1, $3::int) AS n`,
    [connection.id, connection.company_id, ROWS],
  );
  await pool.query(
    `INSERT INTO pull_seen (pull_id, ids)
     SELECT $1, array_agg('inv-' || n) FROM generate_series(1, $2::int) AS n
     WHERE 'inv-' || n <> ALL ($3::text[]) GROUP BY n / 1000`,
    [id, ROWS, GONE],
  );
  await pool.query("UPDATE sync_jobs SET mode = 'full' WHERE pull_id = $1", [id]);
  await pool.query('SET enable_hashjoin = off; SET enable_mergejoin = off');
}

it('finds and tombstones what is gone in moments, whatever the server believes of its tables', async () => {
  const { db } = database;
  const pull = await takenPull();
  await fill(pull);
  const from = performance.now();

  expect(await sweepCandidates(db, pull, { after: '', limit: 500 })).toEqual(GONE);
  expect(await sweepCandidates(db, pull, { after: 'inv-7', limit: 1 })).toEqual(['inv-70000']);
  await db.pool.query('INSERT INTO pull_seen (pull_id, gone, ids) VALUES ($1, true, $2)', [
    pull.id,
    // One that was shown on a later page after all.
    [...GONE, 'inv-11'],
  ]);
  expect(await decideSweep(db, pull)).toBe('delete');
  expect(await tombstoneBatch(db, pull, { after: '', limit: 1_000 })).toEqual({
    wanted: true,
    passed: 4,
    after: 'inv-9',
  });
  expect(performance.now() - from).toBeLessThan(LIMIT_MS);
  const { rows } = await db.pool.query(
    'SELECT platform_id FROM records WHERE deleted_at IS NOT NULL ORDER BY platform_id',
  );
  expect(rows.map((row) => row.platform_id)).toEqual(GONE);
}, 60_000);
