import type { Stream } from '../../../connectors/contract';
import type { SyncMode } from '../../../core/names';
import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';
import { variant } from '../../support/variants';

jest.setTimeout(90_000);

/** How attempts and restarts are counted; `test/faults/fault-matrix.test.ts` is for each fault's right end. */

/** A stream that stumbles over its own feet while the switch is on. */
const buggy = { isOn: false };
function withBug(stream: Stream): Stream {
  return {
    ...stream,
    read: (body, page) => {
      if (buggy.isOn) throw new TypeError('a bug of ours');
      return stream.read(body, page);
    },
  };
}

let stack: Stack;
let look: Facts;
beforeAll(async () => {
  stack = await startStack({ connectors: [variant('BUGGY', { stream: withBug })] });
  look = facts(stack);
});
afterAll(() => stack.close());

const statuses = async (tenant: string) =>
  (await stack.sandbox.requests(tenant)).requests.map((each) => Number(each['status']));
const run = async (id: bigint, mode: SyncMode = 'full') =>
  jobOf(await stack.ended(await stack.sync(id, { mode }), 60_000), 'INVOICES');

describe('attempts', () => {
  it('are ten for the first page too', async () => {
    const id = await look.synced('ten', { seed: { invoices: 5 } }, [entry('INVOICES')]);
    await stack.sandbox.fault('ten', { kind: 'status', status: 500, times: 0 });
    const job = await run(id);
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'platform-unavailable' });
    expect(job.errorMessage).toContain('10 attempts');
    expect((await statuses('ten')).filter((status) => status === 500)).toHaveLength(10);
  });

  it('count in a row: a stored page clears them', async () => {
    const id = await look.synced('row', { seed: { invoices: 15 }, page_size: 5 }, [
      entry('INVOICES'),
    ]);
    await stack.sandbox.fault('row', { kind: 'status', status: 500, times: 9 });
    await stack.sandbox.fault('row', { kind: 'status', status: 502, times: 9, after_requests: 10 });
    expect(await run(id)).toMatchObject({ state: 'SUCCESS', counts: { fetched: 15 } });
    const all = await statuses('row');
    expect(all.filter((status) => status === 500)).toHaveLength(9);
    expect(all.filter((status) => status === 502)).toHaveLength(9);
  });

  it('that end with the worker count as well: the tenth is the last, and the fault was ours', async () => {
    const id = await look.synced('buggy', { seed: { invoices: 5 } }, [entry('INVOICES')], {
      platform: 'BUGGY',
    });
    buggy.isOn = true;
    const syncId = await stack.sync(id, { mode: 'full' });
    // Counted before the call it stands for.
    const pull = await until('the first attempt', 10_000, async () => {
      const last = (await look.pulls(id, 'INVOICES')).at(-1);
      return last?.state === 'RUNNING' && last.attempts > 0 ? last : null;
    });
    await stack.database.db.prisma.pull.update({ where: { id: pull.id }, data: { attempts: 10 } });
    const job = jobOf(await stack.ended(syncId, 60_000), 'INVOICES');
    buggy.isOn = false;
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'internal' });
    // The model itself is none the worse for it.
    expect((await run(id)).state).toBe('SUCCESS');
  });
});

test('a listing that starts again five times without getting further fails', async () => {
  const id = await look.synced('stuck', { seed: { invoices: 15 }, page_size: 5 }, [
    entry('INVOICES'),
  ]);
  const before = (await look.model(id, 'INVOICES')).watermark;
  await stack.sandbox.fault('stuck', { kind: 'expire_cursor', times: 0, after_requests: 1 });
  expect(await run(id)).toMatchObject({ state: 'FAILED', errorCode: 'no-progress' });
  expect((await statuses('stuck')).filter((status) => status === 410)).toHaveLength(5);
  expect((await look.model(id, 'INVOICES')).watermark).toEqual(before);
});

test('a listing that gets further each time may start again as often as it must', async () => {
  const id = await look.synced('further', { seed: { invoices: 24 }, page_size: 3 }, [
    entry('INVOICES'),
  ]);
  for (const after of [2, 6, 11, 17, 24, 32]) {
    await stack.sandbox.fault('further', { kind: 'expire_cursor', after_requests: after });
  }
  expect(await run(id)).toMatchObject({ state: 'SUCCESS', counts: { deleted: 0 } });
  expect((await statuses('further')).filter((status) => status === 410)).toHaveLength(6);
});

test.each([400, 403, 404])(
  'a request that the platform refuses with %d fails at once',
  async (status) => {
    const tenant = `refused-${status}`;
    const id = await look.synced(tenant, { seed: { invoices: 5 } }, [entry('INVOICES')]);
    await stack.sandbox.fault(tenant, { kind: 'status', status, times: 0 });
    expect(await run(id)).toMatchObject({ state: 'FAILED', errorCode: 'platform-denied' });
    expect((await statuses(tenant)).filter((each) => each === status)).toHaveLength(1);
  },
);
