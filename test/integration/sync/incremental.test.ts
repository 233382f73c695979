import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { variant, withoutFilter } from '../../support/variants';

jest.setTimeout(60_000);

const OVERLAP_MS = 5 * 60_000;

let stack: Stack;
let look: Facts;
beforeAll(async () => {
  stack = await startStack({
    connectors: [
      variant('SHORT_OVERLAP', { connector: { overlapMs: 60_000 } }),
      variant('NO_FILTER', { stream: withoutFilter }),
    ],
  });
  look = facts(stack);
});
afterAll(() => stack.close());

const changedAt = (at: number) => ({ memo: 'late', updated_at: new Date(at).toISOString() });

test('reads from the watermark minus the overlap, inclusive: what a lagging replica showed late is found', async () => {
  const id = await look.synced('overlap', { seed: { invoices: 20 } }, [entry('INVOICES')]);
  const watermark = (await look.model(id, 'INVOICES')).watermark?.getTime() ?? 0;
  const [, found] = await stack.sandbox.insert(
    'overlap',
    'invoices',
    [changedAt(watermark - OVERLAP_MS - 1), changedAt(watermark - OVERLAP_MS)],
    { keepTimestamps: true },
  );
  const job = jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');
  expect(job.counts).toMatchObject({ fetched: 1, inserted: 1 });
  expect((await look.records(id, 'INVOICES')).has(found ?? '')).toBe(true);
  const listing = (await look.listings('overlap', 'invoices')).at(-1);
  expect(listing?.['updated_since']).toBe(new Date(watermark - OVERLAP_MS).toISOString());
});

test('a connector may declare another overlap', async () => {
  const id = await look.synced('short', { seed: { invoices: 2 } }, [entry('INVOICES')], {
    platform: 'SHORT_OVERLAP',
  });
  const watermark = (await look.model(id, 'INVOICES')).watermark?.getTime() ?? 0;
  await stack.ended(await stack.sync(id));
  const listing = (await look.listings('short', 'invoices')).at(-1);
  expect(listing?.['updated_since']).toBe(new Date(watermark - 60_000).toISOString());
});

test('costs one call to the platform where nothing has changed', async () => {
  const id = await look.synced('quiet', { seed: { invoices: 20 } }, [entry('INVOICES')]);
  const before = (await stack.sandbox.requests('quiet')).count;
  const watermark = (await look.model(id, 'INVOICES')).watermark?.getTime() ?? 0;
  const job = jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');
  expect(job.counts).toMatchObject({ fetched: 0, changed: 0, deleted: 0 });
  expect((await stack.sandbox.requests('quiet')).count).toBe(before + 1);
  // The empty page is not stored by itself, and counts all the same.
  expect((await look.jobs(id, { trigger: 'manual' })).map(({ pages }) => pages)).toEqual([1]);
  const pull = (await look.pulls(id, 'INVOICES')).at(-1);
  expect(pull).toMatchObject({ pages: 1, state: 'SUCCESS' });
  expect(pull?.firstDate?.getTime()).toBeGreaterThanOrEqual(watermark);
  expect((await look.model(id, 'INVOICES')).watermark).toEqual(pull?.firstDate);
});

test('does not delete: a row that is gone stays until a full sync', async () => {
  const id = await look.synced('gone', { seed: { invoices: 10 } }, [entry('INVOICES')]);
  const ids = await look.truthIds('gone', 'invoices');
  await stack.sandbox.remove('gone', 'invoices', ids[3] ?? '');
  await stack.ended(await stack.sync(id));
  expect(await look.liveIds(id, 'INVOICES')).toEqual(ids);
});

describe('without a watermark', () => {
  it('reads everything, as a backfill', async () => {
    await stack.sandbox.createTenant('first', { seed: { invoices: 12 } });
    const id = await stack.connect('first', [entry('INVOICES', { frequency: 'NEVER' })]);
    expect(await look.syncs(id)).toEqual([]);
    const job = jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');
    expect(job.counts).toMatchObject({ inserted: 12 });
    expect(await look.pulls(id, 'INVOICES')).toMatchObject([
      { kind: 'backfill', since: null, sweep: false },
    ]);
    expect(await look.listings('first', 'invoices')).toEqual([{ limit: '1000' }]);
  });

  it('reads from the config’s sync_from where that is set', async () => {
    await stack.sandbox.createTenant('from', { seed: { invoices: 50 } });
    const from = new Date(Date.now() - 100 * 86_400_000);
    const id = await stack.connect('from', [
      entry('INVOICES', { frequency: 'NEVER', sync_from: from.toISOString() }),
    ]);
    await stack.ended(await stack.sync(id));
    const truth = [...(await stack.sandbox.truth('from', 'invoices'))];
    const expected = truth.filter(
      ([, record]) => String(record['updated_at']) >= from.toISOString(),
    );
    expect(expected.length).toBeLessThan(50);
    expect(await look.liveIds(id, 'INVOICES')).toEqual(expected.map(([each]) => each).sort());
    expect(await look.listings('from', 'invoices')).toMatchObject([
      { updated_since: from.toISOString() },
    ]);
  });
});

test('lists a stream that cannot filter as a whole, and deletes nothing', async () => {
  const id = await look.synced(
    'whole',
    { seed: { invoices: 15 }, page_size: 4 },
    [entry('INVOICES')],
    {
      platform: 'NO_FILTER',
    },
  );
  const ids = await look.truthIds('whole', 'invoices');
  await stack.sandbox.remove('whole', 'invoices', ids[0] ?? '');
  await stack.sandbox.change('whole', 'invoices', ids[1] ?? '', { memo: 'changed' });
  const job = jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');
  expect(job).toMatchObject({
    sweepSkipped: false,
    counts: { fetched: 14, changed: 1, unchanged: 13, deleted: 0 },
  });
  expect((await look.pulls(id, 'INVOICES')).at(-1)?.kind).toBe('incremental');
  expect(await look.liveIds(id, 'INVOICES')).toEqual(ids);
  expect((await look.listings('whole', 'invoices')).at(-1)).toEqual({ limit: '1000' });
});
