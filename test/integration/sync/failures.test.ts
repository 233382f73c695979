import type { Stream } from '../../../connectors/contract';
import type { SyncMode } from '../../../core/names';
import { type Facts, facts, jobOf } from '../../support/facts';
import { type EndedJob, entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';
import { variant } from '../../support/variants';

jest.setTimeout(90_000);

const DAY_MS = 86_400_000;
const YEARS_AGO = new Date(Date.now() - 800 * DAY_MS);

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

/** What a fault in mid-listing made of a sync. */
interface Outcome {
  readonly job: EndedJob;
  readonly tenant: string;
  readonly id: bigint;
  readonly live: readonly string[];
  /** What the platform holds. */
  readonly truth: readonly string[];
  /** The row that was deleted at the platform before the sync. */
  readonly gone: string;
  readonly watermarkMoved: boolean;
  readonly status: string;
}

/**
 * Thirty invoices in six pages, one of them deleted and one changed since they were read; then the fault, from the
 * third request on, and a sync that lists all six pages.
 */
async function scenario(name: string, fault: object, mode: SyncMode): Promise<Outcome> {
  const tenant = `${name}-${mode}`;
  const id = await look.synced(tenant, { seed: { invoices: 30 }, page_size: 5 }, [
    entry('INVOICES'),
  ]);
  const [gone = '', changed = ''] = await look.truthIds(tenant, 'invoices');
  await stack.sandbox.remove(tenant, 'invoices', gone);
  await stack.sandbox.change(tenant, 'invoices', changed, { memo: 'changed' });
  await look.setModel(id, 'INVOICES', { watermark: YEARS_AGO });
  await stack.sandbox.fault(tenant, { kind: name, after_requests: 2, ...fault });
  const models = [{ dataModel: 'INVOICES' as const, since: YEARS_AGO }];
  const syncId = await stack.sync(id, mode === 'from_date' ? { models } : { mode });
  const job = jobOf(await stack.ended(syncId, 60_000), 'INVOICES');
  const { watermark } = await look.model(id, 'INVOICES');
  return {
    job,
    tenant,
    id,
    gone,
    live: await look.liveIds(id, 'INVOICES'),
    truth: await look.truthIds(tenant, 'invoices'),
    watermarkMoved: watermark?.getTime() !== YEARS_AGO.getTime(),
    status: (await look.connection(id)).status,
  };
}

const MODES = ['incremental', 'from_date', 'full'] as const;

/** Runs one fault against all modes at once, then has each outcome looked at. */
function inMidListing(
  name: string,
  fault: object,
  expectations: (outcome: Outcome, mode: SyncMode) => Promise<void> | void,
): void {
  test(`${JSON.stringify({ kind: name, ...fault })}`, async () => {
    const outcomes = await Promise.all(MODES.map((mode) => scenario(name, fault, mode)));
    for (const [index, outcome] of outcomes.entries()) {
      await expectations(outcome, MODES[index] ?? 'full');
    }
  });
}

function expectRightEnd({ job, live, truth, gone, watermarkMoved }: Outcome, mode: SyncMode): void {
  expect(job).toMatchObject({ state: 'SUCCESS', deletionsHeld: 0, sweepSkipped: false });
  expect(watermarkMoved).toBe(true);
  // Only a full sync deletes, and only what is gone.
  expect(live).toEqual(mode === 'full' ? truth : [gone, ...truth].sort());
  expect(job.counts['deleted']).toBe(mode === 'full' ? 1 : 0);
}

describe('a fault in mid-listing that heals: the sync succeeds, and nothing that exists is deleted', () => {
  const retried = async (outcome: Outcome, mode: SyncMode) => {
    expectRightEnd(outcome, mode);
    expect(outcome.job.counts).toMatchObject({ fetched: 29, changed: 1, quarantined: 0 });
    const job = (await look.jobs(outcome.id)).at(-1);
    expect(job?.retries).toBe(1);
  };
  inMidListing('status', { status: 500 }, retried);
  inMidListing('status', { status: 408 }, retried);
  inMidListing('timeout', { ms: 3_000 }, retried);
  inMidListing('reset', {}, retried);
  inMidListing('truncate', {}, retried);
  inMidListing('slow', { ms: 600 }, async (outcome, mode) => {
    expectRightEnd(outcome, mode);
    expect(outcome.job.counts).toMatchObject({ fetched: 29, changed: 1 });
  });

  const slept = (status: number) => async (outcome: Outcome, mode: SyncMode) => {
    expectRightEnd(outcome, mode);
    expect(outcome.job.counts).toMatchObject({ fetched: 29, changed: 1 });
    expect(outcome.job.sleptMs).toBeGreaterThan(2_500);
    const { requests } = await stack.sandbox.requests(outcome.tenant);
    const at = requests.findIndex((each) => each['status'] === status);
    const [refusedAt, nextAt] = [requests[at], requests[at + 1]].map((each) =>
      Date.parse(String(each?.['at'])),
    );
    expect((nextAt ?? 0) - (refusedAt ?? 0)).toBeGreaterThan(2_500);
  };
  inMidListing('status', { status: 503, retry_after: 3 }, slept(503));
  inMidListing('status', { status: 429, retry_after: 3 }, slept(429));

  inMidListing('empty_page', {}, (outcome, mode) => {
    expectRightEnd(outcome, mode);
    expect(outcome.job.counts).toMatchObject({ fetched: 29, changed: 1 });
  });
  inMidListing('duplicate_page', {}, (outcome, mode) => {
    expectRightEnd(outcome, mode);
    expect(outcome.job.counts).toMatchObject({ fetched: 34, changed: 1, unchanged: 33 });
  });
  inMidListing('malformed_record', {}, async (outcome, mode) => {
    expectRightEnd(outcome, mode);
    expect(outcome.job.counts).toMatchObject({ fetched: 29, quarantined: 1 });
    const [rejected] = await look.quarantined(outcome.id, 'INVOICES');
    expect(outcome.live).toContain(rejected?.platformId);
  });
  inMidListing('expire_cursor', {}, async (outcome, mode) => {
    expectRightEnd(outcome, mode);
    expect(outcome.job.counts).toMatchObject({ fetched: 39, changed: 1 });
    expect((await look.listings(outcome.tenant, 'invoices')).length).toBe(3);
  });
  inMidListing('shuffle', { times: 2 }, async (outcome, mode) => {
    expectRightEnd(outcome, mode);
    if (mode === 'full') return;
    // A row the listing missed is found by the next full sync.
    expect(await run(outcome.id)).toMatchObject({ state: 'SUCCESS', counts: { deleted: 1 } });
    expect(await look.liveIds(outcome.id, 'INVOICES')).toEqual(outcome.truth);
  });
  inMidListing('expire_token', {}, (outcome, mode) => {
    expectRightEnd(outcome, mode);
    expect(outcome.job.counts).toMatchObject({ fetched: 29, changed: 1 });
    expect(outcome.status).toBe('HEALTHY');
  });
});

describe('a fault in mid-listing that does not heal: the sync fails, the watermark stays, nothing is deleted', () => {
  const failed = (errorCode: string, status: string) => (outcome: Outcome) => {
    expect(outcome.job).toMatchObject({ state: 'FAILED', errorCode, counts: { deleted: 0 } });
    expect(outcome.watermarkMoved).toBe(false);
    expect(outcome.live).toHaveLength(30);
    expect(outcome.status).toBe(status);
  };
  inMidListing('revoke_token', {}, failed('credentials-expired', 'EXPIRED'));
  inMidListing('status', { status: 500, times: 0 }, async (outcome) => {
    failed('platform-unavailable', 'HEALTHY')(outcome);
    // Ten attempts in a row without a stored page.
    expect((await statuses(outcome.tenant)).filter((status) => status === 500)).toHaveLength(10);
  });
});

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
