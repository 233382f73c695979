import type { Connector, Stream } from '../../../connectors/contract';
import { MappingError } from '../../../core/unified/parse';
import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { variant } from '../../support/variants';

jest.setTimeout(60_000);

type Item = Readonly<Record<string, unknown>>;

/** Every page bears its first row once more, older, and its last row once more, newer. */
function withRepeats(stream: Stream): Stream {
  const at = (item: unknown, ms: number) =>
    new Date((stream.updatedAt(item)?.getTime() ?? 0) + ms).toISOString();
  return {
    ...stream,
    read: (body, page) => {
      const { items, next } = stream.read(body, page);
      const [first, last] = [items[0] as Item, items.at(-1) as Item];
      const older = { ...first, memo: 'older', updated_at: at(first, -1_000) };
      const newer = { ...last, memo: 'newer', updated_at: at(last, 1_000) };
      return { items: [...items, older, newer], next };
    },
  };
}

/** Reads no id where the memo says so, and maps nothing whose memo it does not understand. */
function version(number: number, understood: RegExp): Connector {
  const memoOf = (item: unknown) => String((item as Item)['memo'] ?? '');
  return variant('VERSIONED', {
    connector: { version: number },
    stream: (stream) => ({
      ...stream,
      id: (item) => (/nameless/.test(memoOf(item)) && number === 1 ? null : stream.id(item)),
      map: (item) => {
        if (!understood.test(memoOf(item))) throw new MappingError('memo', `version ${number + 1}`);
        return stream.map(item);
      },
    }),
  });
}

let stack: Stack;
let look: Facts;
const connectors: Connector[] = [variant('REPEATING', { stream: withRepeats })];
beforeAll(async () => {
  stack = await startStack({ connectors });
  look = facts(stack);
});
afterAll(() => stack.close());

const run = async (id: bigint, mode: 'incremental' | 'full' = 'incremental') =>
  jobOf(await stack.ended(await stack.sync(id, { mode })), 'INVOICES');
const recordOf = async (id: bigint, platformId: string) => {
  const record = (await look.records(id, 'INVOICES')).get(platformId);
  if (record === undefined) throw new Error(`Not stored: ${platformId}`);
  return record;
};
/** Places of rows in the table: a row that is rewritten moves. */
const places = (id: bigint) => stack.database.db.prisma.$queryRaw`
  SELECT platform_id, ctid::text FROM records WHERE connection_id = ${id} ORDER BY platform_id`;

describe('a change', () => {
  it('is a difference of the mapped record: rows that do not differ are not rewritten', async () => {
    const id = await look.synced('unchanged', { seed: { invoices: 20 } }, [entry('INVOICES')]);
    const before = await places(id);
    expect((await run(id, 'full')).counts).toMatchObject({
      fetched: 20,
      unchanged: 20,
      changed: 0,
    });
    expect(await places(id)).toEqual(before);
  });

  it('of the raw record alone is stored, without a move of rootfi_updated_at', async () => {
    const id = await look.synced('raw', { seed: { invoices: 5 } }, [entry('INVOICES')]);
    const [[one = '', record] = []] = [...(await stack.sandbox.truth('raw', 'invoices'))];
    const before = await recordOf(id, one);
    // Another spelling of the same amount, and a field that the data model does not know.
    const amount = Number(record?.['total_amount']).toFixed(4);
    await stack.sandbox.insert(
      'raw',
      'invoices',
      [{ ...record, total_amount: amount, internal_note: 'n' }],
      { keepTimestamps: true },
    );
    expect((await run(id, 'full')).counts).toMatchObject({ unchanged: 5, changed: 0 });
    const after = await recordOf(id, one);
    expect(after.raw).toMatchObject({ internal_note: 'n', total_amount: amount });
    expect(after).toMatchObject({
      updatedAt: before.updatedAt,
      hash: before.hash,
      data: before.data,
    });
  });

  it('is whatever the platform says now, even with an older time', async () => {
    const id = await look.synced('now', { seed: { invoices: 5 } }, [entry('INVOICES')]);
    const [one = ''] = await look.truthIds('now', 'invoices');
    const before = await recordOf(id, one);
    await stack.sandbox.insert(
      'now',
      'invoices',
      [{ id: one, memo: 'restored', updated_at: '2001-01-01T00:00:00.000Z' }],
      { keepTimestamps: true },
    );
    expect((await run(id, 'full')).counts).toMatchObject({ changed: 1, unchanged: 4 });
    const after = await recordOf(id, one);
    expect(after).toMatchObject({ id: before.id, data: { memo: 'restored' } });
    expect(after.platformUpdatedAt).toEqual(new Date('2001-01-01T00:00:00.000Z'));
    expect(after.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
  });
});

test('repeats within a statement are merged, the newest wins, and they are counted', async () => {
  await stack.sandbox.createTenant('repeats', { seed: { invoices: 10 }, page_size: 5 });
  const id = await stack.connect('repeats', [entry('INVOICES')], { platform: 'REPEATING' });
  const job = jobOf(await stack.endedOf(id, { trigger: 'initial' }), 'INVOICES');
  expect(job.counts).toMatchObject({ fetched: 14, inserted: 10, repeated: 4 });
  const ids = [...(await stack.sandbox.truth('repeats', 'invoices')).keys()];
  expect((await recordOf(id, ids[0] ?? '')).data).not.toMatchObject({ memo: 'older' });
  expect((await recordOf(id, ids[4] ?? '')).data).toMatchObject({ memo: 'newer' });
});

describe('what the database cannot store', () => {
  it('NUL characters and halves of surrogate pairs are cleaned', async () => {
    await stack.sandbox.createTenant('unclean');
    const [one = ''] = await stack.sandbox.insert('unclean', 'invoices', [
      { memo: 'a\u0000b\ud800c😀', ['k\u0000ey']: 'in raw \udc00' },
    ]);
    const id = await stack.connect('unclean', [entry('INVOICES')]);
    const job = jobOf(await stack.endedOf(id, { trigger: 'initial' }), 'INVOICES');
    expect(job).toMatchObject({ state: 'SUCCESS', counts: { inserted: 1, quarantined: 0 } });
    const stored = await recordOf(id, one);
    expect(stored.data).toMatchObject({ memo: 'ab\ufffdc😀' });
    expect(stored.raw).toMatchObject({ memo: 'ab\ufffdc😀', key: 'in raw \ufffd' });
    expect((await run(id, 'full')).counts).toMatchObject({ unchanged: 1 });
  });

  it('costs its own record only: the page is halved until the culprit is alone, and that is quarantined', async () => {
    const id = await look.synced('bisect', { seed: { invoices: 40 }, page_size: 20 }, [
      entry('INVOICES'),
    ]);
    const ids = await look.truthIds('bisect', 'invoices');
    // A year that JavaScript knows and PostgreSQL does not.
    const culprits = [ids[7] ?? '', ids[31] ?? ''];
    await stack.sandbox.insert(
      'bisect',
      'invoices',
      culprits.map((each) => ({ id: each, memo: 'bad', updated_at: '0000-01-01T00:00:00.000Z' })),
      { keepTimestamps: true },
    );
    await stack.sandbox.change('bisect', 'invoices', ids[8] ?? '', { memo: 'good' });
    const job = await run(id, 'full');
    expect(job).toMatchObject({
      state: 'SUCCESS',
      counts: { fetched: 40, changed: 1, unchanged: 37, quarantined: 2, deleted: 0 },
    });
    expect(await look.quarantined(id, 'INVOICES')).toMatchObject(
      culprits.map((each) => ({ platformId: each, raw: { memo: 'bad' } })),
    );
    expect(await look.liveIds(id, 'INVOICES')).toEqual(ids);
    // Cut in halves, a page is still one page, and its cursor moved once.
    expect((await look.pulls(id, 'INVOICES')).at(-1)).toMatchObject({ pages: 2, listingPage: 2 });
  });
});

describe('quarantine', () => {
  const spoilt = { total_amount: { oops: true } };

  it('keeps the raw record once per id, with path and reason; the stored row stays', async () => {
    const id = await look.synced('once', { seed: { invoices: 5 } }, [entry('INVOICES')]);
    const [one = ''] = await look.truthIds('once', 'invoices');
    const before = await recordOf(id, one);
    await stack.sandbox.change('once', 'invoices', one, { ...spoilt, memo: 'first' });
    expect((await run(id)).counts).toMatchObject({ fetched: 1, quarantined: 1, changed: 0 });
    const [first] = await look.quarantined(id, 'INVOICES');
    await stack.sandbox.change('once', 'invoices', one, { memo: 'second' });
    expect((await run(id)).counts).toMatchObject({ fetched: 1, quarantined: 1 });
    const [second, ...others] = await look.quarantined(id, 'INVOICES');
    expect(others).toEqual([]);
    expect(second).toMatchObject({
      key: one,
      platformId: one,
      path: 'total_amount',
      reason: 'expected a number or a decimal text',
      raw: { memo: 'second', ...spoilt },
      firstSeenAt: first?.firstSeenAt,
    });
    expect(second?.lastSeenAt.getTime()).toBeGreaterThan(first?.lastSeenAt.getTime() ?? 0);
    expect(await recordOf(id, one)).toEqual(before);

    // A later good version clears it.
    await stack.sandbox.change('once', 'invoices', one, { total_amount: 12.5, memo: 'good' });
    expect((await run(id)).counts).toMatchObject({ changed: 1, quarantined: 0 });
    expect(await look.quarantined(id, 'INVOICES')).toEqual([]);
    expect((await recordOf(id, one)).data).toMatchObject({ memo: 'good', total_amount: '12.5' });
  });

  it.each([
    [10, 0, 'SUCCESS', null],
    [11, 0, 'FAILED', 'records-invalid'],
    [11, 1, 'SUCCESS', null],
  ])('%d bad records and %d good ones end %s', async (bad, good, state, errorCode) => {
    const tenant = `bad-${bad}-${good}`;
    await stack.sandbox.createTenant(tenant);
    await stack.sandbox.insert(tenant, 'invoices', Array(bad).fill(spoilt));
    await stack.sandbox.insert(tenant, 'invoices', Array(good).fill({ memo: 'good' }));
    const id = await stack.connect(tenant, [entry('INVOICES')]);
    const job = jobOf(await stack.endedOf(id, { trigger: 'initial' }), 'INVOICES');
    expect(job).toMatchObject({ state, errorCode, counts: { fetched: bad + good } });
    expect(await look.quarantined(id, 'INVOICES')).toHaveLength(bad);
    expect((await look.model(id, 'INVOICES')).watermark === null).toBe(state === 'FAILED');
  });
});

describe('a new version of the connector', () => {
  const plain = /^(?!.*(later|never))/;
  const upgrade = (next: Connector) => {
    const at = connectors.findIndex((each) => each.integrationType === 'VERSIONED');
    connectors.splice(at < 0 ? connectors.length : at, at < 0 ? 0 : 1, next);
  };
  const prepared = async (tenant: string, memos: readonly string[]) => {
    upgrade(version(1, plain));
    await stack.sandbox.createTenant(tenant);
    const ids = await stack.sandbox.insert(
      tenant,
      'invoices',
      memos.map((memo) => ({ memo })),
    );
    const id = await stack.connect(tenant, [entry('INVOICES')], { platform: 'VERSIONED' });
    await stack.endedOf(id, { trigger: 'initial' });
    await stack.database.db.prisma.$executeRaw`
      UPDATE model_states SET watermark = syncline_now() + interval '1 hour' WHERE connection_id = ${id}`;
    return { id, ids };
  };

  it('maps again what an older one could not, at the next pull, and counts nothing of it as fetched', async () => {
    const { id, ids } = await prepared('upgraded', ['good', 'later', 'never', 'later nameless']);
    expect((await look.quarantined(id, 'INVOICES')).map((each) => each.connectorVersion)).toEqual([
      1, 1, 1,
    ]);
    upgrade(version(2, /^(?!.*never)/));
    expect((await run(id)).counts).toMatchObject({ fetched: 0, inserted: 0 });
    expect(await look.liveIds(id, 'INVOICES')).toEqual([ids[0], ids[1], ids[3]].sort());
    expect((await recordOf(id, ids[1] ?? '')).data).toMatchObject({ memo: 'later' });
    expect(await look.quarantined(id, 'INVOICES')).toMatchObject([
      { platformId: ids[2], connectorVersion: 2, reason: 'expected version 3' },
    ]);
    expect(await look.model(id, 'INVOICES')).toMatchObject({ liveRecords: 3n });
    // A full sync finds nothing to add: what was mapped is what the platform says.
    expect((await run(id, 'full')).counts).toMatchObject({
      unchanged: 3,
      quarantined: 1,
      deleted: 0,
    });
  });

  it('rewrites a row by its own later version, and lets no old one lift a tombstone', async () => {
    const { id, ids } = await prepared('rows', ['good', 'good', 'good']);
    const [changed = '', gone = '', other = ''] = ids;
    for (const each of [changed, gone]) {
      await stack.sandbox.change('rows', 'invoices', each, { memo: 'later' });
    }
    expect((await run(id, 'full')).counts).toMatchObject({ quarantined: 2, unchanged: 1 });
    await stack.sandbox.remove('rows', 'invoices', gone);
    expect((await run(id, 'full')).counts).toMatchObject({ deleted: 1 });
    upgrade(version(2, /./));
    await run(id);
    expect((await recordOf(id, changed)).data).toMatchObject({ memo: 'later' });
    expect((await recordOf(id, other)).data).toMatchObject({ memo: 'good' });
    expect((await recordOf(id, gone)).deletedAt).not.toBeNull();
    expect(await look.quarantined(id, 'INVOICES')).toEqual([]);
    expect(await look.model(id, 'INVOICES')).toMatchObject({ liveRecords: 2n, deletedRecords: 1n });
  });
});

test('every job’s records add up: fetched is the sum of the outcomes', async () => {
  const jobs = await stack.database.db.prisma.syncJob.findMany({
    where: { pullId: { not: null } },
  });
  expect(jobs.length).toBeGreaterThan(20);
  for (const job of jobs) {
    const { fetched, deleted, ...outcomes } = job.counts as Record<string, number>;
    expect(Object.values(outcomes).reduce((sum, each) => sum + each, 0)).toBe(fetched);
  }
});
