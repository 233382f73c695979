import { cancelSync } from '../../../store/requests';
import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';

jest.setTimeout(60_000);

let stack: Stack;
let look: Facts;
beforeAll(async () => {
  stack = await startStack();
  look = facts(stack);
});
afterAll(() => stack.close());

/** As the API does. */
async function cancel(syncId: string, organisationId = stack.organisationId) {
  const cancelled = await cancelSync(stack.database.db, { organisationId, syncId });
  if (cancelled !== null) await stack.wake(cancelled.connectionId);
  return cancelled;
}

test('ends the jobs of that sync, and no one else’s, where one pull serves several', async () => {
  const id = await look.synced(
    'shared',
    { seed: { invoices: 20 }, page_size: 5, latency_ms: 100 },
    [entry('INVOICES')],
  );
  const mine = await stack.request(id, { mode: 'full' });
  const theirs = await stack.request(id, { mode: 'full' });
  await stack.wake(id);
  await look.running(mine, 1);
  await cancel(mine);
  const ended = await stack.ended(mine);
  expect(ended.status).toBe('FAILED');
  expect(jobOf(ended, 'INVOICES')).toMatchObject({ state: 'FAILED', errorCode: 'cancelled' });
  expect(jobOf(await stack.ended(theirs), 'INVOICES')).toMatchObject({
    state: 'SUCCESS',
    counts: { fetched: 20 },
  });
});

test('ends the pull where no other job needs it: nothing more is stored, the watermark stays', async () => {
  const id = await look.synced('alone', { seed: { invoices: 40 }, page_size: 5, latency_ms: 150 }, [
    entry('INVOICES'),
  ]);
  const before = await look.model(id, 'INVOICES');
  const syncId = await stack.sync(id, { mode: 'full' });
  await look.running(syncId, 1);
  await cancel(syncId);
  expect((await stack.ended(syncId)).status).toBe('FAILED');
  const pull = (await look.pulls(id, 'INVOICES')).at(-1);
  expect(pull).toMatchObject({ state: 'FAILED', errorCode: 'cancelled' });

  // The chunk that was at it finds out by its fence; the model then waits for nothing but its next tick.
  await until('the model to rest', 10_000, async () => {
    const { wakeAt, nextFireAt } = await look.model(id, 'INVOICES');
    return wakeAt?.getTime() === nextFireAt?.getTime() ? true : null;
  });
  const after = await look.model(id, 'INVOICES');
  expect(after.watermark).toEqual(before.watermark);
  expect((await look.pulls(id, 'INVOICES')).at(-1)?.pages).toBe(pull?.pages);
  expect((await look.listings('alone', 'invoices')).length).toBe(2);
});

test('a job that still waits in the queue never runs', async () => {
  const id = await look.synced('queued', { seed: { invoices: 5 } }, [entry('INVOICES')]);
  const syncId = await stack.request(id);
  await cancel(syncId);
  expect(jobOf(await stack.ended(syncId), 'INVOICES')).toMatchObject({
    state: 'FAILED',
    errorCode: 'cancelled',
  });
  await stack.ended(await stack.sync(id));
  expect(await look.pulls(id, 'INVOICES')).toHaveLength(2);
  expect((await look.jobs(id)).map((job) => job.pullId !== null)).toEqual([true, false, true]);
});

test('what has ended stays as it ended: a finished job of an open sync, and an ended sync', async () => {
  const id = await look.synced('partly', { seed: { invoices: 30, bills: 2 }, page_size: 5 }, [
    entry('INVOICES'),
    entry('BILLS'),
  ]);
  await stack.sandbox.fault('partly', { kind: 'slow', resource: 'invoices', ms: 150, times: 0 });
  const syncId = await stack.sync(id, { mode: 'full' });
  await until('the bills to be done', 10_000, async () => {
    const jobs = await look.jobs(id, { dataModel: 'BILLS', state: 'SUCCESS' });
    return jobs.length === 2 ? true : null;
  });
  await cancel(syncId);
  const ended = await stack.ended(syncId);
  expect(ended.status).toBe('FAILED');
  expect(ended.jobs.map((job) => [job.dataModel, job.state, job.errorCode])).toEqual([
    ['BILLS', 'SUCCESS', null],
    ['INVOICES', 'FAILED', 'cancelled'],
  ]);

  const row = () => stack.database.db.prisma.sync.findUnique({ where: { syncId } });
  const before = [await row(), await look.jobs(id)];
  expect(await cancel(syncId)).toEqual({ connectionId: id, platform: 'ROOTFI_SANDBOX' });
  expect([await row(), await look.jobs(id)]).toEqual(before);
});

test('two that cancel the two syncs of one pull at one instant end the pull', async () => {
  const id = await look.synced('both', { seed: { invoices: 40 }, page_size: 5, latency_ms: 150 }, [
    entry('INVOICES'),
  ]);
  const syncs = [
    await stack.request(id, { mode: 'full' }),
    await stack.request(id, { mode: 'full' }),
  ];
  await stack.wake(id);
  await look.running(syncs[0] ?? '', 1);
  await Promise.all(syncs.map((syncId) => cancel(syncId)));
  const ended = await Promise.all(syncs.map((syncId) => stack.ended(syncId)));
  expect(ended.map((sync) => jobOf(sync, 'INVOICES').errorCode)).toEqual([
    'cancelled',
    'cancelled',
  ]);
  expect((await look.pulls(id, 'INVOICES')).at(-1)?.state).toBe('FAILED');
});

test('knows no sync of another organisation, nor one that never was', async () => {
  const id = await look.synced('theirs', { seed: { invoices: 2 } }, [entry('INVOICES')]);
  const other = await stack.database.db.prisma.organisation.create({ data: { name: 'Other' } });
  const syncId = await stack.request(id);
  expect(await cancel(syncId, other.id)).toBeNull();
  expect(await cancel('0123456789abcdef')).toBeNull();
  expect((await look.jobs(id)).at(-1)?.state).toBe('CREATED');
});
