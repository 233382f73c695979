import type { Stream } from '../../../connectors/contract';
import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { variant, withoutIds } from '../../support/variants';

jest.setTimeout(60_000);

/** Full syncs at a platform that cannot be asked by id: there the pull lists twice. */

const memoOf = (item: unknown) => (item as { memo?: string }).memo;

/** Some rows have no id that can be read. */
function withUnreadableIds(stream: Stream): Stream {
  return { ...stream, id: (item) => (memoOf(item) === 'no id' ? null : stream.id(item)) };
}

/** Full listings do not show what is marked; incremental ones do. */
function withHiddenRows(stream: Stream): Stream {
  return {
    ...stream,
    read: (body, page) => {
      const { items, next } = stream.read(body, page);
      return {
        items: page.since === null ? items.filter((item) => memoOf(item) !== 'hidden') : items,
        next,
      };
    },
  };
}

let stack: Stack;
let look: Facts;
beforeAll(async () => {
  stack = await startStack({
    connectors: [
      variant('NO_IDS', { stream: withoutIds }),
      variant('HIDING', { stream: (stream) => withoutIds(withHiddenRows(stream)) }),
      variant('NAMELESS', { stream: (stream) => withoutIds(withUnreadableIds(stream)) }),
      variant('NAMELESS_WITH_IDS', { stream: withUnreadableIds }),
    ],
  });
  look = facts(stack);
});
afterAll(() => stack.close());

const full = async (id: bigint) =>
  jobOf(await stack.ended(await stack.sync(id, { mode: 'full' })), 'INVOICES');

test('lists a second time, and takes what neither listing showed', async () => {
  const id = await look.synced(
    'twice',
    { seed: { invoices: 20 }, page_size: 6 },
    [entry('INVOICES')],
    {
      platform: 'NO_IDS',
    },
  );
  const [gone = ''] = await look.truthIds('twice', 'invoices');
  await stack.sandbox.remove('twice', 'invoices', gone);
  const before = (await look.listings('twice', 'invoices')).length;
  expect(await full(id)).toMatchObject({
    state: 'SUCCESS',
    sweepSkipped: false,
    counts: { fetched: 38, unchanged: 38, deleted: 1 },
  });
  expect((await look.listings('twice', 'invoices')).length).toBe(before + 2);
  expect(await look.liveIds(id, 'INVOICES')).toEqual(await look.truthIds('twice', 'invoices'));
});

test('keeps a row that the first listing failed to show', async () => {
  const id = await look.synced(
    'shuffled',
    { seed: { invoices: 40 }, page_size: 10 },
    [entry('INVOICES')],
    {
      platform: 'NO_IDS',
    },
  );
  await stack.sandbox.fault('shuffled', { kind: 'shuffle', after_requests: 1, times: 2 });
  expect(await full(id)).toMatchObject({ state: 'SUCCESS', counts: { deleted: 0 } });
  expect(await look.liveIds(id, 'INVOICES')).toHaveLength(40);
});

test('measures how far its second listing comes by itself', async () => {
  const id = await look.synced(
    'restarts',
    { seed: { invoices: 24 }, page_size: 3 },
    [entry('INVOICES')],
    { platform: 'NO_IDS' },
  );
  // Eight pages, and eight once more: there five cursors are lost, each one page later than the last.
  for (const after of [10, 14, 19, 25, 32]) {
    await stack.sandbox.fault('restarts', { kind: 'expire_cursor', after_requests: after });
  }
  expect(await full(id)).toMatchObject({ state: 'SUCCESS', counts: { deleted: 0 } });
  const { requests } = await stack.sandbox.requests('restarts');
  expect(requests.filter((each) => each['status'] === 410)).toHaveLength(5);
});

describe('a row that both listings hide', () => {
  it('is taken for gone, as nothing else can be known', async () => {
    const id = await look.synced('hidden', { seed: { invoices: 20 } }, [entry('INVOICES')], {
      platform: 'HIDING',
    });
    const [hidden = ''] = await look.truthIds('hidden', 'invoices');
    await stack.sandbox.change('hidden', 'invoices', hidden, { memo: 'hidden' });
    expect((await full(id)).counts).toMatchObject({ deleted: 1 });
  });

  it('stays where another pull wrote it at or after this pull’s start', async () => {
    const id = await look.synced(
      'rescued',
      { seed: { invoices: 20 }, page_size: 5, latency_ms: 120 },
      [entry('INVOICES')],
      { platform: 'HIDING' },
    );
    const syncId = await stack.sync(id, { mode: 'full' });
    await look.running(syncId, 1);
    const [hidden = ''] = await stack.sandbox.insert('rescued', 'invoices', [{ memo: 'hidden' }]);
    const refresh = jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');
    expect(refresh.counts).toMatchObject({ inserted: 1 });
    expect(jobOf(await stack.ended(syncId), 'INVOICES').counts).toMatchObject({ deleted: 0 });
    expect((await look.records(id, 'INVOICES')).get(hidden)?.deletedAt).toBeNull();
  });
});

describe('an id that cannot be read', () => {
  const prepared = async (tenant: string, platform: string) => {
    const id = await look.synced(tenant, { seed: { invoices: 20 } }, [entry('INVOICES')], {
      platform,
    });
    const [gone = ''] = await look.truthIds(tenant, 'invoices');
    await stack.sandbox.remove(tenant, 'invoices', gone);
    await stack.sandbox.insert(tenant, 'invoices', [{ memo: 'no id' }]);
    return id;
  };

  it('could be any row’s: where listings decide, nothing is deleted and the job says so', async () => {
    const id = await prepared('nameless', 'NAMELESS');
    expect(await full(id)).toMatchObject({
      state: 'SUCCESS',
      sweepSkipped: true,
      counts: { fetched: 20, quarantined: 1, deleted: 0 },
    });
    expect(await look.liveIds(id, 'INVOICES')).toHaveLength(20);
  });

  it('is remembered by an attempt that goes on after a crash', async () => {
    const id = await prepared('nameless-crash', 'NAMELESS');
    stack.points.crash('before-finish', { connectionId: id }, 2);
    expect(await full(id)).toMatchObject({
      state: 'SUCCESS',
      sweepSkipped: true,
      counts: { quarantined: 1, deleted: 0 },
    });
    expect(await look.liveIds(id, 'INVOICES')).toHaveLength(20);
  });

  it('does not matter where rows are asked for by id', async () => {
    const id = await prepared('named', 'NAMELESS_WITH_IDS');
    expect(await full(id)).toMatchObject({
      state: 'SUCCESS',
      sweepSkipped: false,
      counts: { quarantined: 1, deleted: 1 },
    });
  });
});
