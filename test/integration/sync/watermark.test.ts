import { cancelSync } from '../../../store/requests';
import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { variant } from '../../support/variants';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;

let stack: Stack;
let look: Facts;
beforeAll(async () => {
  // Without an overlap, which would hide a watermark that is a little ahead of what was read.
  stack = await startStack({
    connectors: [variant('NO_OVERLAP', { connector: { overlapMs: 0 } })],
  });
  look = facts(stack);
});
afterAll(() => stack.close());

const platform = 'NO_OVERLAP';
const watermarkOf = async (id: bigint) =>
  (await look.model(id, 'INVOICES')).watermark?.getTime() ?? 0;

describe('is the earlier of the platform’s clock and ours', () => {
  it.each([
    ['ahead', HOUR_MS, 0],
    ['behind', -HOUR_MS, -HOUR_MS],
  ])(
    'where the platform’s clock is %s by an hour, and nothing is lost',
    async (which, offsetMs, shift) => {
      const tenant = `clock-${which}`;
      await stack.sandbox.createTenant(tenant, { seed: { invoices: 5 } });
      await stack.sandbox.clock(tenant, offsetMs);
      const before = Date.now();
      const id = await stack.connect(tenant, [entry('INVOICES')], { platform });
      await stack.endedOf(id, { trigger: 'initial' });
      const watermark = await watermarkOf(id);
      // HTTP dates are whole seconds, cut.
      expect(watermark).toBeGreaterThanOrEqual(before + shift - 1_000);
      expect(watermark).toBeLessThanOrEqual(Date.now() + shift);

      const [changed] = await look.truthIds(tenant, 'invoices');
      await stack.sandbox.change(tenant, 'invoices', changed ?? '', { memo: 'changed after' });
      const job = jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');
      expect(job.counts).toMatchObject({ changed: 1 });
      expect(await watermarkOf(id)).toBeGreaterThanOrEqual(watermark);
    },
  );
});

test('is taken at the first answer: a row that changes behind the reader’s back is read next time', async () => {
  await stack.sandbox.createTenant('behind', {
    seed: { invoices: 20 },
    page_size: 4,
    latency_ms: 120,
  });
  const id = await stack.connect('behind', [entry('INVOICES')], { platform });
  const { syncId } = (await look.syncs(id))[0] ?? { syncId: '' };
  await look.running(syncId, 2);
  const [read] = await look.truthIds('behind', 'invoices');
  await stack.sandbox.change('behind', 'invoices', read ?? '', { memo: 'changed meanwhile' });
  // Not before the end: a pull that is still at it has moved nothing.
  expect(await watermarkOf(id)).toBe(0);
  expect(jobOf(await stack.ended(syncId), 'INVOICES').counts).toMatchObject({ inserted: 20 });

  const { requests } = await stack.sandbox.requests('behind');
  expect(await watermarkOf(id)).toBeLessThanOrEqual(Date.parse(String(requests[0]?.['at'])));
  const job = jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');
  expect(job.counts['changed']).toBe(1);
  const stored = (await look.records(id, 'INVOICES')).get(read ?? '');
  expect(stored?.data).toMatchObject({ memo: 'changed meanwhile' });
});

test('stays that of the first answer where the listing must start again', async () => {
  await stack.sandbox.createTenant('again', {
    seed: { invoices: 20 },
    page_size: 5,
    latency_ms: 100,
  });
  await stack.sandbox.fault('again', { kind: 'expire_cursor', after_requests: 3 });
  const id = await stack.connect('again', [entry('INVOICES')], { platform });
  await stack.endedOf(id, { trigger: 'initial' });
  const { requests } = await stack.sandbox.requests('again');
  expect(requests.filter((each) => each['status'] === 410)).toHaveLength(1);
  expect(await watermarkOf(id)).toBeLessThanOrEqual(Date.parse(String(requests[0]?.['at'])));
});

test('moves forward only', async () => {
  const id = await look.synced('forward', { seed: { invoices: 3 } }, [entry('INVOICES')], {
    platform,
  });
  const ahead = new Date(Date.now() + 86_400_000);
  await look.setModel(id, 'INVOICES', { watermark: ahead });
  for (const mode of ['incremental', 'full'] as const) {
    expect((await stack.ended(await stack.sync(id, { mode }))).status).toBe('SUCCESS');
    expect(await watermarkOf(id)).toBe(ahead.getTime());
  }
});

describe('a pull that does not succeed moves no watermark and tombstones nothing', () => {
  const seed = { seed: { invoices: 12 }, page_size: 4 };
  const reachable = async (tenant: string) => {
    const id = await look.synced(tenant, seed, [entry('INVOICES')], { platform });
    const [gone] = await look.truthIds(tenant, 'invoices');
    await stack.sandbox.remove(tenant, 'invoices', gone ?? '');
    return { id, before: await look.model(id, 'INVOICES') };
  };

  it.each(['incremental', 'full'] as const)('failed, %s', async (mode) => {
    const { id, before } = await reachable(`failed-${mode}`);
    await stack.sandbox.fault(`failed-${mode}`, { kind: 'status', status: 400, times: 0 });
    const job = jobOf(await stack.ended(await stack.sync(id, { mode })), 'INVOICES');
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'platform-denied' });
    expect(await look.model(id, 'INVOICES')).toMatchObject({
      watermark: before.watermark,
      coveredFrom: before.coveredFrom,
      lastSuccessAt: before.lastSuccessAt,
    });
    expect(await look.liveIds(id, 'INVOICES')).toHaveLength(12);
  });

  it('failed while it asks for what is gone', async () => {
    const { id, before } = await reachable('failed-sweep');
    // Three pages; the call by id is the fourth.
    await stack.sandbox.fault('failed-sweep', { kind: 'status', status: 400, after_requests: 3 });
    const job = jobOf(await stack.ended(await stack.sync(id, { mode: 'full' })), 'INVOICES');
    expect(job).toMatchObject({ state: 'FAILED', counts: { fetched: 11, deleted: 0 } });
    expect((await look.model(id, 'INVOICES')).watermark).toEqual(before.watermark);
    expect(await look.liveIds(id, 'INVOICES')).toHaveLength(12);
  });

  it('cancelled', async () => {
    const { id, before } = await reachable('cancelled');
    await stack.sandbox.fault('cancelled', { kind: 'slow', ms: 300, times: 0 });
    const syncId = await stack.sync(id, { mode: 'full' });
    await look.running(syncId, 1);
    await cancelSync(stack.database.db, { organisationId: stack.organisationId, syncId });
    await stack.ended(syncId);
    await stack.sandbox.heal('cancelled');
    // Whatever the chunk still had under way is over once the next pull has been through.
    await stack.ended(
      await stack.sync(id, { models: [{ dataModel: 'INVOICES', since: new Date() }] }),
    );
    expect(await look.liveIds(id, 'INVOICES')).toHaveLength(12);
    const [first, second] = (await look.pulls(id, 'INVOICES')).slice(-2);
    expect(first).toMatchObject({ state: 'FAILED', errorCode: 'cancelled' });
    // Its own date was after the watermark, so that pull moved nothing either.
    expect(second?.state).toBe('SUCCESS');
    expect((await look.model(id, 'INVOICES')).watermark).toEqual(before.watermark);
  });
});
