import { BEGINNING } from '../../../core/windows';
import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';

jest.setTimeout(60_000);

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

let stack: Stack;
let look: Facts;
beforeAll(async () => {
  stack = await startStack();
  look = facts(stack);
});
afterAll(() => stack.close());

const fromDate = async (id: bigint, since: Date) =>
  jobOf(
    await stack.ended(await stack.sync(id, { models: [{ dataModel: 'INVOICES', since }] })),
    'INVOICES',
  );

test('reads what changed at or after the date, of that model alone, and deletes nothing', async () => {
  const id = await look.synced('plain', { seed: { invoices: 40, bills: 5 } }, [
    entry('INVOICES'),
    entry('BILLS'),
  ]);
  const since = daysAgo(60);
  await stack.sandbox.insert(
    'plain',
    'invoices',
    [0, -1].map((ms) => ({ updated_at: new Date(since.getTime() + ms).toISOString() })),
    { keepTimestamps: true },
  );
  const ids = await look.truthIds('plain', 'invoices');
  const truth = await stack.sandbox.truth('plain', 'invoices');
  const expected = ids.filter(
    (each) => String(truth.get(each)?.['updated_at']) >= since.toISOString(),
  );
  const [gone] = expected;
  await stack.sandbox.remove('plain', 'invoices', gone ?? '');
  const before = await look.model(id, 'BILLS');

  const job = await fromDate(id, since);
  expect(job.counts).toMatchObject({ fetched: expected.length - 1, inserted: 1, deleted: 0 });
  expect(await look.liveIds(id, 'INVOICES')).toContain(gone);
  expect(await look.model(id, 'BILLS')).toEqual(before);
  expect(await look.listings('plain', 'bills')).toHaveLength(1);
});

test('sets the first watermark of a model that has none, and how far back it is complete', async () => {
  await stack.sandbox.createTenant('never', { seed: { invoices: 40 } });
  const id = await stack.connect('never', [entry('INVOICES', { frequency: 'NEVER' })]);
  const since = daysAgo(30);
  const sentAfter = Date.now();
  await fromDate(id, since);
  const model = await look.model(id, 'INVOICES');
  expect(model).toMatchObject({ coveredFrom: since, owedSince: null });
  expect(model.watermark?.getTime()).toBeGreaterThan(sentAfter - 1_000);
  expect((await look.listings('never', 'invoices'))[0]).toMatchObject({
    updated_since: since.toISOString(),
  });
});

test('moves a watermark only if its date is not after it', async () => {
  const id = await look.synced('gap', { seed: { invoices: 40 } }, [entry('INVOICES')]);
  const watermark = daysAgo(3);
  await look.setModel(id, 'INVOICES', { watermark });
  await fromDate(id, daysAgo(1));
  expect((await look.model(id, 'INVOICES')).watermark).toEqual(watermark);
  await fromDate(id, watermark);
  expect((await look.model(id, 'INVOICES')).watermark?.getTime()).toBeGreaterThan(
    daysAgo(1).getTime(),
  );
});

test('moves covered_from back only', async () => {
  await stack.sandbox.createTenant('covered', { seed: { invoices: 40 } });
  const id = await stack.connect('covered', [entry('INVOICES', { frequency: 'NEVER' })]);
  const [near, far] = [daysAgo(10), daysAgo(50)];
  for (const [since, covered] of [
    [near, near],
    [far, far],
    [near, far],
  ] as const) {
    await fromDate(id, since);
    expect((await look.model(id, 'INVOICES')).coveredFrom).toEqual(covered);
  }
});

test('leaves owed what is owed', async () => {
  await stack.sandbox.createTenant('owed', { seed: { invoices: 20 } });
  const id = await stack.connect('owed', [entry('INVOICES', { frequency: 'NEVER' })]);
  await look.setModel(id, 'INVOICES', { owedSince: BEGINNING });
  await fromDate(id, daysAgo(100));
  expect(await look.model(id, 'INVOICES')).toMatchObject({ owedSince: BEGINNING });
});
