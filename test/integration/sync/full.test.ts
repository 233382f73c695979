import { cancelSync } from '../../../store/requests';
import { putConnectionConfig } from '../../../store/sync-configs';
import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';

jest.setTimeout(60_000);

/** Full syncs at a platform that can be asked by id; `relisting.test.ts` is for those that cannot. */

let stack: Stack;
let look: Facts;
beforeAll(async () => {
  stack = await startStack();
  look = facts(stack);
});
afterAll(() => stack.close());

const full = async (id: bigint, more: { allowMassDelete?: boolean } = {}) =>
  jobOf(await stack.ended(await stack.sync(id, { mode: 'full', ...more })), 'INVOICES');

/** Deletes the first `count` invoices at the platform. */
async function remove(tenant: string, count: number): Promise<string[]> {
  const gone = (await look.truthIds(tenant, 'invoices')).slice(0, count);
  for (const each of gone) await stack.sandbox.remove(tenant, 'invoices', each);
  return gone;
}

describe('what is gone', () => {
  it('is asked for by id, and tombstoned: kept, dated, counted', async () => {
    const id = await look.synced('plain', { seed: { invoices: 200 } }, [entry('INVOICES')]);
    const before = await look.records(id, 'INVOICES');
    const gone = await remove('plain', 30);
    const calls = (await stack.sandbox.requests('plain')).count;
    expect(await full(id)).toMatchObject({
      state: 'SUCCESS',
      deletionsHeld: 0,
      sweepSkipped: false,
      counts: { fetched: 170, unchanged: 170, deleted: 30 },
    });
    const after = await look.records(id, 'INVOICES');
    for (const each of gone) {
      expect(after.get(each)).toMatchObject({
        id: before.get(each)?.id,
        data: before.get(each)?.data,
        deletedAt: expect.any(Date),
      });
    }
    expect(await look.liveIds(id, 'INVOICES')).toEqual(await look.truthIds('plain', 'invoices'));
    expect(await look.model(id, 'INVOICES')).toMatchObject({
      liveRecords: 170n,
      deletedRecords: 30n,
    });
    // One listing, and one question for the thirty it did not show.
    const { requests, count } = await stack.sandbox.requests('plain');
    expect(count).toBe(calls + 2);
    const asked = String((requests.at(-1)?.['query'] as { ids?: string }).ids).split(',');
    expect(asked.sort()).toEqual(gone);
  });

  it('is not asked for again, once it is known', async () => {
    const id = await look.synced('known', { seed: { invoices: 20 } }, [entry('INVOICES')]);
    await remove('known', 2);
    await full(id);
    const calls = (await stack.sandbox.requests('known')).count;
    expect((await full(id)).counts).toMatchObject({ deleted: 0, unchanged: 18 });
    expect((await stack.sandbox.requests('known')).count).toBe(calls + 1);
  });

  it('is only what was asked for and not found: rows a listing failed to show stay', async () => {
    const id = await look.synced('shuffled', { seed: { invoices: 40 }, page_size: 10 }, [
      entry('INVOICES'),
    ]);
    const gone = await remove('shuffled', 1);
    await stack.sandbox.fault('shuffled', { kind: 'shuffle', after_requests: 1, times: 2 });
    const job = await full(id);
    expect(job.counts['deleted']).toBe(1);
    expect(job.counts['fetched']).toBeLessThan(40);
    expect(await look.liveIds(id, 'INVOICES')).toEqual(await look.truthIds('shuffled', 'invoices'));
    expect((await look.records(id, 'INVOICES')).get(gone[0] ?? '')?.deletedAt).not.toBeNull();
  });

  it('is looked for from the config’s sync_from only: older rows are no candidates', async () => {
    const id = await look.synced('from', { seed: { invoices: 60 } }, [entry('INVOICES')]);
    const from = new Date(Date.now() - 150 * 86_400_000);
    await putConnectionConfig(stack.database.db, {
      organisationId: stack.organisationId,
      connectionId: id,
      entries: [entry('INVOICES', { sync_from: from.toISOString() })],
    });
    const truth = [...(await stack.sandbox.truth('from', 'invoices'))];
    const isNew = ([, record]: [string, Record<string, unknown>]) =>
      String(record['updated_at']) >= from.toISOString();
    const [older] = truth.find((each) => !isNew(each)) ?? [''];
    const [newer] = truth.find(isNew) ?? [''];
    for (const each of [older, newer]) await stack.sandbox.remove('from', 'invoices', each);
    const job = await full(id);
    expect(job.counts).toMatchObject({ fetched: truth.filter(isNew).length - 1, deleted: 1 });
    const records = await look.records(id, 'INVOICES');
    expect(records.get(newer)?.deletedAt).not.toBeNull();
    expect(records.get(older)?.deletedAt).toBeNull();
    expect((await look.listings('from', 'invoices')).at(-1)).toMatchObject({
      updated_since: from.toISOString(),
    });
  });
});

describe('what comes back', () => {
  it('is revived by whatever sync reads it, as the same record', async () => {
    const id = await look.synced('revived', { seed: { invoices: 10 } }, [entry('INVOICES')]);
    const [back = ''] = await look.truthIds('revived', 'invoices');
    const before = (await look.records(id, 'INVOICES')).get(back);
    await remove('revived', 1);
    await full(id);
    await stack.sandbox.insert('revived', 'invoices', [{ id: back, memo: 'back again' }]);
    const job = jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');
    expect(job.counts).toMatchObject({ fetched: 1, revived: 1, inserted: 0, changed: 0 });
    const after = (await look.records(id, 'INVOICES')).get(back);
    expect(after).toMatchObject({
      id: before?.id,
      createdAt: before?.createdAt,
      deletedAt: null,
      data: { memo: 'back again' },
    });
    expect(after?.updatedAt.getTime()).toBeGreaterThan(before?.updatedAt.getTime() ?? 0);
    expect(await look.model(id, 'INVOICES')).toMatchObject({
      liveRecords: 10n,
      deletedRecords: 0n,
    });
  });

  it('between the question and the deletion stays, where another pull has read it', async () => {
    const id = await look.synced('between', { seed: { invoices: 20 } }, [entry('INVOICES')]);
    const [back = '', gone = ''] = await remove('between', 2);
    // The listing, then the slow question, then the slow incremental that a person asked for meanwhile.
    await stack.sandbox.fault('between', { kind: 'slow', after_requests: 1, times: 2, ms: 700 });
    const syncId = await stack.sync(id, { mode: 'full' });
    await until('the question', 10_000, async () =>
      (await look.pulls(id, 'INVOICES')).at(-1)?.phase === 'confirming' ? true : null,
    );
    const refresh = await stack.sync(id);
    await look.running(refresh);
    await stack.sandbox.insert('between', 'invoices', [{ id: back, memo: 'back' }]);
    expect(jobOf(await stack.ended(refresh), 'INVOICES').counts).toMatchObject({ changed: 1 });
    expect(jobOf(await stack.ended(syncId), 'INVOICES').counts).toMatchObject({ deleted: 1 });
    const records = await look.records(id, 'INVOICES');
    expect(records.get(back)?.deletedAt).toBeNull();
    expect(records.get(gone)?.deletedAt).not.toBeNull();
  });
});

describe('a deletion too large to believe', () => {
  const heldList = async (id: bigint) => {
    const pulls = (await look.pulls(id, 'INVOICES')).map((pull) => pull.id);
    const rows = await stack.database.db.prisma.pullSeen.findMany({
      where: { pullId: { in: pulls } },
    });
    return rows.flatMap((row) => (row.gone ? row.ids : ['not gone'])).sort();
  };

  it('is held: the job succeeds and says how many, the data stays, later syncs go on', async () => {
    const id = await look.synced('held', { seed: { invoices: 200 } }, [entry('INVOICES')]);
    // As if synced a minute ago: the platform's clock is told in whole seconds.
    const before = Date.now() - 60_000;
    await stack.database.db.prisma.modelState.updateMany({
      where: { connectionId: id, dataModel: 'INVOICES' },
      data: { watermark: new Date(before) },
    });
    const gone = await remove('held', 51);
    expect(await full(id)).toMatchObject({
      state: 'SUCCESS',
      deletionsHeld: 51,
      counts: { deleted: 0 },
    });
    expect(await look.liveIds(id, 'INVOICES')).toHaveLength(200);
    expect((await look.model(id, 'INVOICES')).watermark?.getTime()).toBeGreaterThan(before);
    // Kept to be shown, until the next sweep.
    expect(await heldList(id)).toEqual(gone);
    await stack.sandbox.insert('held', 'invoices', [{ memo: 'new' }]);
    const next = jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');
    expect(next).toMatchObject({ state: 'SUCCESS', deletionsHeld: 0, counts: { inserted: 1 } });
    expect(await full(id)).toMatchObject({ deletionsHeld: 51, counts: { deleted: 0 } });

    // Permission carries it out, after looking again: one has come back.
    await stack.sandbox.insert('held', 'invoices', [{ id: gone[0], memo: 'back' }]);
    expect(await full(id, { allowMassDelete: true })).toMatchObject({
      state: 'SUCCESS',
      deletionsHeld: 0,
      counts: { deleted: 50 },
    });
    expect(await look.liveIds(id, 'INVOICES')).toEqual(await look.truthIds('held', 'invoices'));
    expect(await heldList(id)).toEqual([]);
  });

  it('is not held at fifty rows, however large their share', async () => {
    const id = await look.synced('fifty', { seed: { invoices: 60 } }, [entry('INVOICES')]);
    await remove('fifty', 50);
    expect(await full(id)).toMatchObject({ deletionsHeld: 0, counts: { deleted: 50 } });
  });

  it('is held where it is all of them, however few', async () => {
    const id = await look.synced('all', { seed: { invoices: 3 } }, [entry('INVOICES')]);
    await remove('all', 3);
    expect(await full(id)).toMatchObject({ deletionsHeld: 3, counts: { deleted: 0 } });
    expect(await look.liveIds(id, 'INVOICES')).toHaveLength(3);
    expect(await full(id, { allowMassDelete: true })).toMatchObject({ counts: { deleted: 3 } });
  });
});

describe('whether to sweep is asked of the jobs that still live', () => {
  const slowly = async (tenant: string, removed: number) => {
    const id = await look.synced(tenant, { seed: { invoices: 100 }, page_size: 25 }, [
      entry('INVOICES'),
    ]);
    await remove(tenant, removed);
    await stack.sandbox.fault(tenant, { kind: 'slow', ms: 200, times: 3 });
    return id;
  };
  const cancel = (syncId: string) =>
    cancelSync(stack.database.db, { organisationId: stack.organisationId, syncId });

  it('cancelled, a full sync takes its sweep away from the pull it shares', async () => {
    const id = await slowly('unwanted', 5);
    const swept = await stack.request(id, { mode: 'full' });
    const read = await stack.request(id, {
      models: [{ dataModel: 'INVOICES', since: new Date(Date.now() - 1_000) }],
    });
    await stack.wake(id);
    await look.running(swept, 1);
    await cancel(swept);
    expect(jobOf(await stack.ended(read), 'INVOICES')).toMatchObject({
      state: 'SUCCESS',
      counts: { fetched: 95, deleted: 0 },
    });
    expect(await look.liveIds(id, 'INVOICES')).toHaveLength(100);
  });

  it('cancelled, a permission is withdrawn: the deletion is held', async () => {
    const id = await slowly('withdrawn', 60);
    const plain = await stack.request(id, { mode: 'full' });
    const permitting = await stack.request(id, { mode: 'full', allowMassDelete: true });
    await stack.wake(id);
    await look.running(plain, 1);
    await cancel(permitting);
    expect(jobOf(await stack.ended(plain), 'INVOICES')).toMatchObject({
      state: 'SUCCESS',
      deletionsHeld: 60,
      counts: { deleted: 0 },
    });
  });

  it('joined, one permission serves both', async () => {
    const id = await slowly('permitted', 60);
    const syncs = [
      await stack.request(id, { mode: 'full' }),
      await stack.request(id, { mode: 'full', allowMassDelete: true }),
    ];
    await stack.wake(id);
    for (const syncId of syncs) {
      expect(jobOf(await stack.ended(syncId), 'INVOICES')).toMatchObject({
        deletionsHeld: 0,
        counts: { deleted: 60 },
      });
    }
  });
});
