import type { Stream } from '../../connectors/contract';
import { readModels } from '../../store/read/models';
import { type Actions, actions } from '../support/actions';
import { attempt } from '../support/attempt';
import { type Facts, facts, jobOf } from '../support/facts';
import { entry, type Stack, startStack } from '../support/stack';
import { variant, withoutFilter, withoutIds } from '../support/variants';

jest.setTimeout(60_000);

/**
 * Deletions under whatever comes between: what is held and how it is shown, listings whose rows slip by, cancels and
 * returns at each step of a sweep. Plain sweeps are in `test/integration/sync/full.test.ts` and `relisting.test.ts`.
 */

/** Offset paging as it should not be: while rows go, each later page begins one row too late. Listings it spoils yet. */
const slipping = { listings: 0 };
function withSlippedRows(stream: Stream): Stream {
  return {
    ...stream,
    read: (body, page) => {
      const { items, next } = stream.read(body, page);
      const isSpoilt = slipping.listings > 0 && page.cursor !== null;
      if (slipping.listings > 0 && next === null) slipping.listings -= 1;
      return { items: isSpoilt ? items.slice(1) : items, next };
    },
  };
}

let stack: Stack;
let look: Facts;
let act: Actions;
beforeAll(async () => {
  stack = await startStack({
    connectors: [
      variant('SLIPPING', { stream: withSlippedRows }),
      variant('SLIPPING_NO_IDS', { stream: (stream) => withoutIds(withSlippedRows(stream)) }),
      variant('UNFILTERED', { stream: withoutFilter }),
    ],
  });
  look = facts(stack);
  act = actions(stack);
});
afterAll(() => stack.close());

const FULL = { mode: 'full' } as const;
const MASS = { mode: 'full', allowMassDelete: true } as const;
const jobOfSync = async (syncId: string) => jobOf(await stack.ended(syncId), 'INVOICES');
const run = async (id: bigint, ask: Parameters<Stack['sync']>[1]) =>
  jobOfSync(await stack.sync(id, ask));

/** A synced tenant, some of whose invoices have gone since: their ids. */
async function withGone(tenant: string, rows: number, gone: number, platform = 'ROOTFI_SANDBOX') {
  const seed = { seed: { invoices: rows }, page_size: 1_000 };
  const id = await look.synced(tenant, seed, [entry('INVOICES')], { platform });
  const ids = (await look.truthIds(tenant, 'invoices')).slice(0, gone);
  for (const each of ids) await stack.sandbox.remove(tenant, 'invoices', each);
  return { id, gone: ids };
}

const dead = async (id: bigint) =>
  [...(await look.records(id, 'INVOICES')).values()]
    .filter((row) => row.deletedAt !== null)
    .map((row) => row.platformId)
    .sort();

describe('a held deletion', () => {
  const shown = async (connectionId: bigint) => {
    const where = { organisationId: stack.organisationId, connectionId };
    const models = await readModels(stack.database.db, where);
    return models?.find((model) => model.dataModel === 'INVOICES')?.deletionsHeld;
  };

  it('is shown until the next sweep answers anew, whatever else is synced or fails meanwhile', async () => {
    const { id } = await withGone('shown', 100, 60);
    expect(await shown(id)).toBe(0);
    expect(await run(id, FULL)).toMatchObject({ deletionsHeld: 60, counts: { deleted: 0 } });
    expect(await shown(id)).toBe(60);
    await run(id, {});
    expect(await shown(id)).toBe(60);
    await stack.sandbox.fault('shown', { kind: 'status', status: 403 });
    expect(await run(id, FULL)).toMatchObject({ state: 'FAILED' });
    expect(await shown(id)).toBe(60);
    expect(await run(id, MASS)).toMatchObject({ deletionsHeld: 0, counts: { deleted: 60 } });
    expect(await shown(id)).toBe(0);
  });

  it('is not carried out by a permission that is given for another data model', async () => {
    const { id } = await withGone('other', 60, 60);
    await act.putConfig(id, [entry('INVOICES'), entry('CONTACTS')]);
    await stack.endedOf(id, { trigger: 'initial' });
    await run(id, FULL);
    const models = [{ dataModel: 'CONTACTS' as const, since: null }];
    await stack.ended(await stack.sync(id, { ...MASS, models }));
    expect(await dead(id)).toEqual([]);
  });
});

test('a full sync asked for while the initial one runs deletes what went meanwhile', async () => {
  await stack.sandbox.createTenant('at-once', { seed: { invoices: 20 } });
  await stack.stopWorker();
  const id = await stack.connect('at-once', [entry('INVOICES')]);
  const held = stack.points.hold('before-finish', { connectionId: id });
  await stack.startWorker();
  await held.reached;
  const [gone = ''] = await look.truthIds('at-once', 'invoices');
  await stack.sandbox.remove('at-once', 'invoices', gone);
  const full = await stack.sync(id, FULL);
  held.release();
  expect(await jobOfSync(full)).toMatchObject({ state: 'SUCCESS', counts: { deleted: 1 } });
  expect(await dead(id)).toEqual([gone]);
});

describe('rows that slip by a listing', () => {
  const prepared = async (tenant: string, platform: string) => {
    const seed = { seed: { invoices: 30 }, page_size: 10 };
    const id = await look.synced(tenant, seed, [entry('INVOICES')], { platform });
    const [gone = ''] = await look.truthIds(tenant, 'invoices');
    await stack.sandbox.remove(tenant, 'invoices', gone);
    slipping.listings = 1;
    return { id, gone };
  };

  it.each(['SLIPPING', 'SLIPPING_NO_IDS'])(
    'stay (%s): only what is gone goes',
    async (platform) => {
      const { id, gone } = await prepared(platform.toLowerCase(), platform);
      expect(await run(id, FULL)).toMatchObject({
        state: 'SUCCESS',
        sweepSkipped: false,
        counts: { deleted: 1 },
      });
      expect(slipping.listings).toBe(0);
      expect(await dead(id)).toEqual([gone]);
    },
  );
});

describe('a cancel in mid-sweep', () => {
  const cancelledAt = async (point: 'before-gone-stored' | 'before-tombstones', id: bigint) => {
    const held = stack.points.hold(point, { connectionId: id });
    const syncId = await stack.sync(id, FULL);
    await held.reached;
    await act.cancel(syncId);
    held.release();
    return jobOfSync(syncId);
  };

  it.each(['before-gone-stored', 'before-tombstones'] as const)(
    '%s deletes nothing, and the next sweep does',
    async (point) => {
      const { id, gone } = await withGone(`cancelled-${point}`, 30, 5);
      expect(await cancelledAt(point, id)).toMatchObject({
        state: 'FAILED',
        errorCode: 'cancelled',
        counts: { deleted: 0 },
      });
      expect(await dead(id)).toEqual([]);
      expect(await run(id, FULL)).toMatchObject({ counts: { deleted: 5 } });
      expect(await dead(id)).toEqual(gone);
      expect(await look.model(id, 'INVOICES')).toMatchObject({
        liveRecords: 25n,
        deletedRecords: 5n,
      });
    },
  );

  it('between two batches leaves what the first has deleted, and counts it', async () => {
    const tenant = 'batches';
    const { id } = await withGone(tenant, 2_600, 0);
    // All but five hundred go at one stroke; the same seed makes the same rows.
    await stack.sandbox.createTenant(tenant, { seed: { invoices: 500 }, page_size: 1_000 });
    stack.points.on('before-tombstones', { connectionId: id }, () => Promise.resolve());
    const held = stack.points.hold('before-tombstones', { connectionId: id });
    const syncId = await stack.sync(id, MASS);
    await held.reached;
    await act.cancel(syncId);
    held.release();
    expect(await jobOfSync(syncId)).toMatchObject({
      state: 'FAILED',
      errorCode: 'cancelled',
      counts: { deleted: 1_000 },
    });
    expect(await dead(id)).toHaveLength(1_000);
    expect(await look.model(id, 'INVOICES')).toMatchObject({
      liveRecords: 1_600n,
      deletedRecords: 1_000n,
    });
    expect(await run(id, MASS)).toMatchObject({ state: 'SUCCESS', counts: { deleted: 1_100 } });
    expect(await look.liveIds(id, 'INVOICES')).toEqual(await look.truthIds(tenant, 'invoices'));
  });

  it.each([
    ['no one else wants the sweep', 'from_date', 0],
    ['somebody else wants it too', 'full', 5],
  ] as const)(
    'while %s, the pull of several goes on without it or with it',
    async (_who, other, deleted) => {
      const { id } = await withGone(`shared-${other}`, 30, 5);
      const held = stack.points.hold('before-tombstones', { connectionId: id });
      const cancelled = await stack.request(id, FULL);
      const since = new Date(Date.now() - 1_000);
      const kept = await stack.request(
        id,
        other === 'full' ? FULL : { models: [{ dataModel: 'INVOICES', since }] },
      );
      await stack.wake(id);
      await held.reached;
      await act.cancel(cancelled);
      held.release();
      expect(await jobOfSync(cancelled)).toMatchObject({ errorCode: 'cancelled' });
      expect(await jobOfSync(kept)).toMatchObject({ state: 'SUCCESS', counts: { deleted } });
      expect(await dead(id)).toHaveLength(deleted);
    },
  );
});

describe('a row confirmed gone that comes back before the batch', () => {
  it.each([
    ['changed', 'ROOTFI_SANDBOX'],
    ['as it was, so that nothing of it is written', 'UNFILTERED'],
  ])('%s stays, once another pull has read it', async (how, platform) => {
    const tenant = `back-${platform.toLowerCase()}`;
    const seed = { seed: { invoices: 30 } };
    const id = await look.synced(tenant, seed, [entry('INVOICES')], { platform });
    const [[back = '', itsForm = {}] = [], [gone = ''] = []] = [
      ...(await stack.sandbox.truth(tenant, 'invoices')),
    ];
    for (const each of [back, gone]) await stack.sandbox.remove(tenant, 'invoices', each);
    const held = stack.points.hold('before-tombstones', { connectionId: id });
    const full = await stack.sync(id, FULL);
    await held.reached;
    const isSame = platform === 'UNFILTERED';
    const form = isSame ? itsForm : { id: back, memo: how };
    await stack.sandbox.insert(tenant, 'invoices', [form], { keepTimestamps: isSame });
    // A person's Refresh, served by an attempt beside the one that is held: that is fenced off.
    const refresh = await stack.request(id);
    await attempt(stack, id, 'INVOICES');
    const { counts } = await jobOfSync(refresh);
    expect(counts).toMatchObject(isSame ? { unchanged: 29, changed: 0 } : { changed: 1 });
    held.release();
    expect(await jobOfSync(full)).toMatchObject({ state: 'SUCCESS', counts: { deleted: 1 } });
    expect(await dead(id)).toEqual([gone]);
  });

  it('stays where it was written since the pull’s start, whoever wrote it and left no other trace', async () => {
    const seed = { seed: { invoices: 30 } };
    const id = await look.synced('written', seed, [entry('INVOICES')]);
    const [written = '', gone = ''] = [
      ...(await stack.sandbox.truth('written', 'invoices')).keys(),
    ];
    for (const each of [written, gone]) await stack.sandbox.remove('written', 'invoices', each);
    const held = stack.points.hold('before-tombstones', { connectionId: id });
    const full = await stack.sync(id, FULL);
    await held.reached;
    await stack.database.db.prisma.storedRecord.updateMany({
      where: { connectionId: id, platformId: written },
      data: { updatedAt: new Date() },
    });
    held.release();
    expect(await jobOfSync(full)).toMatchObject({ state: 'SUCCESS', counts: { deleted: 1 } });
    expect(await dead(id)).toEqual([gone]);
  });
});
