import { type Facts, facts, jobOf } from '../../support/facts';
import { deadlocks, RowLock } from '../../support/row-lock';
import { entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';
import { variant, withoutFilter } from '../../support/variants';

jest.setTimeout(300_000);

/** A platform that cannot be asked for what changed: each tick lists everything. */
const UNFILTERED = 'UNFILTERED';

let stack: Stack;
let look: Facts;
beforeAll(async () => {
  stack = await startStack({ connectors: [variant(UNFILTERED, { stream: withoutFilter })] });
  look = facts(stack);
});
afterAll(() => stack.close());

const MODELS = [
  'ACCOUNTS',
  'BILLS',
  'BILL_PAYMENTS',
  'CONTACTS',
  'INVOICES',
  'INVOICE_PAYMENTS',
  'ITEMS',
  'TAX_RATES',
] as const;

test('a hundred requests at one instant: a hundred syncs, none an error, all SUCCESS, two listings at most', async () => {
  const id = await look.synced('hundred', { seed: { invoices: 10 }, page_size: 1 }, [
    entry('INVOICES'),
  ]);
  // The first lists all ten pages once more, slowly.
  await look.setModel(id, 'INVOICES', { watermark: new Date('2020-01-01T00:00:00Z') });
  await stack.sandbox.fault('hundred', { kind: 'slow', ms: 700, times: 9 });
  const first = await stack.sync(id);
  await look.running(first);
  const others = await Promise.all(Array.from({ length: 99 }, () => stack.sync(id)));
  // All were accepted while the first was under way.
  expect((await look.pulls(id, 'INVOICES')).at(-1)?.state).toBe('RUNNING');
  const syncs = [first, ...others];
  expect(new Set(syncs).size).toBe(100);
  for (const syncId of syncs) {
    const sync = await stack.ended(syncId);
    expect([sync.status, sync.jobs.length]).toEqual(['SUCCESS', 1]);
  }
  // One of the initial sync, one of the first request, one for all the others.
  expect((await look.listings('hundred', 'invoices')).length).toBe(3);
});

test('eight models due at one instant, fifty times over: one sync each time, and no deadlock', async () => {
  const id = await look.synced(
    'eight',
    { seed: { invoices: 1, bills: 1, invoice_payments: 1, bill_payments: 1 } },
    MODELS.map((model) => entry(model)),
  );
  const rounds = 50;
  for (let round = 1; round <= rounds; round += 1) {
    // All eight stand before the connection's row when it is let go, and each believes the tick is its own to write.
    const gate = await RowLock.take(
      stack.database,
      'SELECT 1 FROM connections WHERE id = $1 FOR UPDATE',
      [id.toString()],
    );
    await look.setDue(id, MODELS);
    await look.wakeModels(id, MODELS);
    await gate.waiting(MODELS.length);
    await gate.release();
    await until(`round ${round}`, 20_000, async () => {
      const jobs = await look.jobs(id, { trigger: 'auto', state: 'SUCCESS' });
      return jobs.length >= round * MODELS.length ? true : null;
    });
  }
  const syncs = await look.syncs(id, { trigger: 'auto' });
  expect(syncs.map((sync) => [[...sync.dataModels].sort(), sync.status])).toEqual(
    Array(rounds).fill([[...MODELS], 'SUCCESS']),
  );
  const jobs = await look.jobs(id, { trigger: 'auto' });
  expect(jobs).toHaveLength(rounds * MODELS.length);
  expect(jobs.every((job) => job.missedTicks === 0)).toBe(true);
  expect(await deadlocks(stack.database)).toBe(0);
});

test('a person’s Refresh is served within two pages of a long backfill of the same model', async () => {
  await stack.sandbox.createTenant('refresh', {
    seed: { invoices: 200 },
    page_size: 5,
    latency_ms: 100,
  });
  const id = await stack.connect('refresh', [entry('INVOICES', { frequency: 'NEVER' })]);
  await stack.ended(
    await stack.sync(id, {
      models: [{ dataModel: 'INVOICES', since: new Date(Date.now() - 1_000) }],
    }),
  );
  const backfill = await stack.sync(id, { mode: 'full' });
  await look.running(backfill, 2);
  await stack.sandbox.insert('refresh', 'invoices', [{ memo: 'new' }]);
  const pages = async () =>
    (await look.pulls(id, 'INVOICES')).find((pull) => pull.sweep)?.pages ?? 0;
  const before = await pages();
  const refresh = jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');
  expect(refresh.counts).toMatchObject({ fetched: 1, inserted: 1 });
  const { requests } = await stack.sandbox.requests('refresh');
  const listed = requests.slice(1 + before).findIndex((each) => {
    const query = each['query'] as Record<string, string>;
    return query['updated_since'] !== undefined && query['cursor'] === undefined;
  });
  // The page under way when it was asked for, and the one already sent for; one more may have begun meanwhile.
  expect(listed).toBeGreaterThanOrEqual(0);
  expect(listed).toBeLessThanOrEqual(3);
  expect(await pages()).toBeLessThan(20);
  expect(jobOf(await stack.ended(backfill, 60_000), 'INVOICES')).toMatchObject({
    state: 'SUCCESS',
    counts: { fetched: 201, deleted: 0 },
  });
});

test('a model keeps its ticks while a slow full sync of it runs', async () => {
  const id = await look.synced('ticks', { seed: { invoices: 120 }, page_size: 1 }, [
    entry('INVOICES'),
  ]);
  await stack.sandbox.fault('ticks', { kind: 'slow', resource: 'invoices', ms: 200, times: 0 });
  const full = await stack.sync(id, { mode: 'full' });
  await look.running(full, 1);
  for (const tick of [1, 2]) {
    const [changed = ''] = await look.truthIds('ticks', 'invoices');
    await stack.sandbox.change('ticks', 'invoices', changed, { memo: `for tick ${tick}` });
    const due = Date.now();
    await look.setModel(id, 'INVOICES', { nextFireAt: new Date(due) });
    const job = await until(`tick ${tick}`, 30_000, async () => {
      const jobs = await look.jobs(id, { trigger: 'auto', state: 'SUCCESS' });
      return jobs[tick - 1] ?? null;
    });
    expect(job.counts).toMatchObject({ changed: 1 });
    // Within the ten seconds that a backfill's chunk goes on, and a page or two.
    expect((job.endedAt?.getTime() ?? 0) - due).toBeLessThan(14_000);
    expect((await look.jobs(id, { state: 'RUNNING' })).map((each) => each.mode)).toEqual(['full']);
  }
  await stack.sandbox.heal('ticks');
  expect(jobOf(await stack.ended(full, 60_000), 'INVOICES')).toMatchObject({
    state: 'SUCCESS',
    counts: { fetched: 120, deleted: 0 },
  });
});

test('a full sync gets on although its model is always due, and always listed whole', async () => {
  const id = await look.synced(
    'whole',
    { seed: { invoices: 60 }, page_size: 10 },
    [entry('INVOICES')],
    {
      platform: UNFILTERED,
    },
  );
  const full = await stack.sync(id, { mode: 'full' });
  // Due again as soon as it has been served, which no schedule could outdo.
  const ticks = { count: 0 };
  stack.points.on(
    'before-finish',
    { connectionId: id },
    async () => {
      await look.setDue(id, ['INVOICES']);
      ticks.count += 1;
    },
    Number.POSITIVE_INFINITY,
  );
  await look.makeDue(id, ['INVOICES']);
  const job = jobOf(await stack.ended(full, 60_000), 'INVOICES');
  expect(job).toMatchObject({ state: 'SUCCESS', counts: { fetched: 60, deleted: 0 } });
  // The ticks go on being served beside it.
  const before = ticks.count;
  await until('more ticks', 20_000, async () => (ticks.count > before + 2 ? true : null));
  stack.points.disarm();
});
