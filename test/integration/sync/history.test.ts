import type { SyncConfigEntry } from '../../../core/sync-config';
import { BEGINNING } from '../../../core/windows';
import { type Actions, actions } from '../../support/actions';
import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';
import { variant } from '../../support/variants';

jest.setTimeout(60_000);

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const NEAR = daysAgo(50);
const FAR = daysAgo(200);

let stack: Stack;
let look: Facts;
let act: Actions;
beforeAll(async () => {
  // Without an overlap, which would hide what a watermark that is too late leaves out.
  stack = await startStack({
    connectors: [variant('NO_OVERLAP', { connector: { overlapMs: 0 } })],
  });
  look = facts(stack);
  act = actions(stack);
});
afterAll(() => stack.close());

const invoices = (more: Partial<SyncConfigEntry> = {}) => [entry('INVOICES', more)];
const from = (date: Date) => ({ sync_from: date.toISOString() });
const initialJobs = async (id: bigint) =>
  (await look.jobs(id, { trigger: 'initial' })).map((job) => job.state);

describe('what is owed, and that an initial sync is queued for it at once', () => {
  // Nothing runs meanwhile, so that what is owed stays to be seen.
  beforeAll(() => stack.stopWorker());
  afterAll(() => stack.startWorker());

  const owed = async (id: bigint) => ({
    since: (await look.model(id, 'INVOICES')).owedSince,
    jobs: await initialJobs(id),
  });
  let tenants = 0;
  const connect = async (entries: SyncConfigEntry[]) => {
    tenants += 1;
    await stack.sandbox.createTenant(`owed-${tenants}`);
    return stack.connect(`owed-${tenants}`, entries);
  };
  /** A connection whose history is all there. */
  const connectPaid = async (entries: SyncConfigEntry[]) => {
    const id = await connect(entries);
    const { prisma } = stack.database.db;
    await prisma.syncJob.deleteMany({ where: { connectionId: id } });
    await prisma.modelState.updateMany({
      where: { connectionId: id },
      data: { owedSince: null, watermark: daysAgo(1), coveredFrom: BEGINNING },
    });
    return id;
  };

  it.each([
    ['everything', {}, BEGINNING, ['CREATED']],
    ['from sync_from', from(NEAR), NEAR, ['CREATED']],
    ['nothing with frequency NEVER', { frequency: 'NEVER' as const }, null, []],
    ['nothing where it is disabled', { enabled: false }, null, []],
  ])('connecting owes %s', async (_what, more, since, jobs) => {
    expect(await owed(await connect(invoices(more)))).toEqual({ since, jobs });
  });

  it.each([
    ['enabling', { enabled: false }, {}, BEGINNING],
    ['enabling with sync_from', { enabled: false }, from(NEAR), NEAR],
    ['leaving NEVER', { frequency: 'NEVER' as const }, {}, BEGINNING],
    ['moving sync_from back', from(NEAR), from(FAR), FAR],
    ['removing sync_from', from(NEAR), {}, BEGINNING],
  ])('%s owes it', async (_what, before, after, since) => {
    const id = await connectPaid(invoices(before));
    await act.putConfig(id, invoices(after));
    expect(await owed(id)).toEqual({ since, jobs: ['CREATED'] });
  });

  it.each([
    ['moving sync_from forward', from(FAR), from(NEAR)],
    ['another frequency', {}, { frequency: 'HOURLY' as const }],
    ['the same config', from(NEAR), from(NEAR)],
    ['enabling with frequency NEVER', { enabled: false }, { frequency: 'NEVER' as const }],
    ['disabling', {}, { enabled: false }],
  ])('%s owes nothing', async (_what, before, after) => {
    const id = await connectPaid(invoices(before));
    await act.putConfig(id, invoices(after));
    expect(await owed(id)).toEqual({ since: null, jobs: [] });
  });

  it('frequency NEVER forgives what is owed', async () => {
    const id = await connect(invoices());
    await act.putConfig(id, invoices({ frequency: 'NEVER' }));
    expect((await owed(id)).since).toBeNull();
  });

  it('a PUT queues no second one while one is queued, and none for a debt it did not make', async () => {
    const id = await connect(invoices(from(NEAR)));
    await act.putConfig(id, invoices(from(FAR)));
    expect(await owed(id)).toEqual({ since: FAR, jobs: ['CREATED'] });
    await stack.database.db.prisma.syncJob.deleteMany({ where: { connectionId: id } });
    await act.putConfig(id, invoices(from(FAR)));
    expect(await owed(id)).toEqual({ since: FAR, jobs: [] });
  });

  it('in a paused connection the debt is noted, and resuming queues the sync', async () => {
    const id = await connectPaid(invoices({ frequency: 'NEVER' }));
    await act.pause(id);
    await act.putConfig(id, invoices());
    expect(await owed(id)).toEqual({ since: BEGINNING, jobs: [] });
    await act.resume(id);
    expect(await owed(id)).toEqual({ since: BEGINNING, jobs: ['CREATED'] });
  });

  it('in a disconnected connection the debt is noted, and reconnecting queues the sync', async () => {
    const id = await connect(invoices());
    await act.disconnect(id);
    expect(await owed(id)).toEqual({ since: BEGINNING, jobs: ['FAILED'] });
    await act.putConfig(id, invoices(from(FAR)));
    expect(await initialJobs(id)).toEqual(['FAILED']);
    await act.reconnect(id, `owed-${tenants}`);
    expect(await initialJobs(id)).toEqual(['FAILED', 'CREATED']);
  });
});

describe('only a pull that succeeded and reached that far back pays the debt', () => {
  /** A model that owes everything and has no initial sync to pay it. */
  const indebted = async (tenant: string) => {
    await stack.sandbox.createTenant(tenant, { seed: { invoices: 20 } });
    const id = await stack.connect(tenant, invoices({ frequency: 'NEVER' }));
    await look.setModel(id, 'INVOICES', { owedSince: BEGINNING });
    return id;
  };
  const owedSince = async (id: bigint) => (await look.model(id, 'INVOICES')).owedSince;

  it('an initial one does', async () => {
    const id = await look.synced('initial', { seed: { invoices: 20 } }, invoices());
    expect(await look.model(id, 'INVOICES')).toMatchObject({
      owedSince: null,
      coveredFrom: BEGINNING,
    });
  });

  it.each(['full', 'incremental'] as const)(
    'a manual %s one that reads everything does',
    async (mode) => {
      const id = await indebted(`paid-${mode}`);
      await stack.ended(await stack.sync(id, { mode }));
      expect(await owedSince(id)).toBeNull();
    },
  );

  it('one that began later does not, nor one that failed', async () => {
    const id = await indebted('unpaid');
    await stack.ended(await stack.sync(id, { models: [{ dataModel: 'INVOICES', since: FAR }] }));
    expect(await owedSince(id)).toEqual(BEGINNING);
    await stack.sandbox.fault('unpaid', { kind: 'status', status: 400 });
    await stack.ended(await stack.sync(id, { mode: 'full' }));
    expect(await owedSince(id)).toEqual(BEGINNING);
  });
});

/** A connection whose initial sync failed after two of its four pages. */
async function failedInitial(tenant: string, entries = invoices()): Promise<bigint> {
  await stack.sandbox.createTenant(tenant, { seed: { invoices: 20 }, page_size: 5 });
  await stack.sandbox.fault(tenant, { kind: 'status', status: 500, times: 0, after_requests: 2 });
  const id = await stack.connect(tenant, entries, { platform: 'NO_OVERLAP' });
  const initial = await stack.endedOf(id, { trigger: 'initial' });
  expect(jobOf(initial, 'INVOICES')).toMatchObject({
    state: 'FAILED',
    errorCode: 'platform-unavailable',
    counts: { inserted: 10 },
  });
  await stack.sandbox.heal(tenant);
  return id;
}

const initialAgain = (id: bigint, count = 2) =>
  until('the initial sync to be done', 20_000, async () => {
    const states = await initialJobs(id);
    return states.length === count && states.at(-1) === 'SUCCESS' ? states : null;
  });

describe('while history is owed', () => {
  it('the next tick queues an initial sync, and without a watermark there is no other tick', async () => {
    const id = await failedInitial('tick');
    expect(await initialJobs(id)).toEqual(['FAILED']);
    await stack.database.db.prisma.pull.updateMany({ data: { cursorBornAt: daysAgo(2) } });
    await look.makeDue(id, ['INVOICES']);
    await initialAgain(id);
    expect(await look.syncs(id, { trigger: 'auto' })).toEqual([]);
    expect((await look.model(id, 'INVOICES')).nextFireAt?.getTime()).toBeGreaterThan(Date.now());
  });

  it('a model with a watermark goes on ticking beside it', async () => {
    const id = await failedInitial('beside');
    await stack.database.db.prisma.pull.updateMany({ data: { cursorBornAt: daysAgo(2) } });
    await look.setModel(id, 'INVOICES', { watermark: daysAgo(1) });
    await look.makeDue(id, ['INVOICES']);
    await initialAgain(id);
    await stack.endedOf(id, { trigger: 'auto' });
    expect(await look.syncs(id, { trigger: 'auto' })).toHaveLength(1);
  });

  it('a from-date sync that comes first takes nothing of it away: the whole history still arrives', async () => {
    const id = await failedInitial('from-date-first');
    const since = daysAgo(3);
    await stack.ended(await stack.sync(id, { models: [{ dataModel: 'INVOICES', since }] }));
    expect(await look.model(id, 'INVOICES')).toMatchObject({
      watermark: expect.any(Date),
      coveredFrom: since,
      owedSince: BEGINNING,
    });
    await look.makeDue(id, ['INVOICES']);
    await initialAgain(id);
    expect(await look.liveIds(id, 'INVOICES')).toEqual(
      await look.truthIds('from-date-first', 'invoices'),
    );
    expect(await look.model(id, 'INVOICES')).toMatchObject({
      coveredFrom: BEGINNING,
      owedSince: null,
    });
  });

  it.each(['resume', 'reconnect'] as const)('a %s queues one', async (how) => {
    const id = await failedInitial(how);
    if (how === 'resume') await act.pause(id);
    if (how === 'resume') await act.resume(id);
    else await act.reconnect(id, how);
    await initialAgain(id);
  });
});

describe('a failed initial sync', () => {
  it('is continued where it stopped, with its first date, and the next tick is due at once', async () => {
    const id = await failedInitial('continued');
    const [failed] = await look.pulls(id, 'INVOICES');
    const [early = ''] = await look.truthIds('continued', 'invoices');
    await stack.sandbox.change('continued', 'invoices', early, { memo: 'changed between' });
    await look.makeDue(id, ['INVOICES']);
    await initialAgain(id);

    const continued = (await look.pulls(id, 'INVOICES'))[1];
    expect(continued).toMatchObject({
      kind: 'backfill',
      continues: true,
      sweep: false,
      since: null,
      firstDate: failed?.firstDate,
      inserted: 10n,
      fetched: 10n,
    });
    // One listing has begun in all: the second attempt went on with the cursor of the first.
    // The tick that is due at once finds what changed on pages that were read before.
    const tick = await stack.endedOf(id, { trigger: 'auto' });
    expect(jobOf(tick, 'INVOICES').counts).toMatchObject({ changed: 1 });
    expect(
      (await look.listings('continued', 'invoices')).map((query) => query['updated_since']),
    ).toEqual([undefined, failed?.firstDate?.toISOString()]);
    expect(await look.model(id, 'INVOICES')).toMatchObject({
      owedSince: null,
      coveredFrom: BEGINNING,
    });
  });

  it('is continued for initial jobs alone: others wait for a listing of their own', async () => {
    const id = await failedInitial('others');
    const syncId = await stack.request(id, { mode: 'full' });
    await look.makeDue(id, ['INVOICES']);
    expect((await stack.ended(syncId)).status).toBe('SUCCESS');
    const pulls = (await look.pulls(id, 'INVOICES')).filter((pull) => pull.kind === 'backfill');
    expect(pulls.slice(1).map((pull) => [pull.continues, pull.sweep, pull.fetched])).toEqual([
      [true, false, 10n],
      [false, true, 20n],
    ]);
  });

  const begunAnew = async (tenant: string, id: bigint) => {
    await look.makeDue(id, ['INVOICES']);
    await initialAgain(id);
    const pulls = await look.pulls(id, 'INVOICES');
    expect(pulls.at(-1)).toMatchObject({ continues: false, fetched: 20n });
    expect((await look.listings(tenant, 'invoices')).length).toBe(2);
  };

  it('begins anew once its cursor is a day old', async () => {
    const id = await failedInitial('aged');
    await stack.database.db.prisma.pull.updateMany({
      where: { connectionId: id },
      data: { cursorBornAt: new Date(Date.now() - DAY_MS - 1_000) },
    });
    await begunAnew('aged', id);
  });

  it('begins anew where history is owed from another instant', async () => {
    const id = await failedInitial('other-since', invoices(from(daysAgo(400))));
    await look.setModel(id, 'INVOICES', { owedSince: BEGINNING });
    await begunAnew('other-since', id);
  });
});

test('every other failed listing begins anew', async () => {
  const id = await look.synced('anew', { seed: { invoices: 20 }, page_size: 5 }, invoices());
  await stack.sandbox.fault('anew', { kind: 'status', status: 500, times: 0, after_requests: 2 });
  expect((await stack.ended(await stack.sync(id, { mode: 'full' }))).status).toBe('FAILED');
  await stack.sandbox.heal('anew');
  const job = jobOf(await stack.ended(await stack.sync(id, { mode: 'full' })), 'INVOICES');
  expect(job.counts).toMatchObject({ fetched: 20 });
  expect(await look.listings('anew', 'invoices')).toHaveLength(3);
});
