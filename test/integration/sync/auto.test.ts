import { jitterMs, nextDue } from '../../../core/schedule';
import { toSchedule } from '../../../core/sync-config';
import { type Actions, actions } from '../../support/actions';
import { type Facts, facts } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';

jest.setTimeout(60_000);

const MINUTE_MS = 60_000;
const MINUTELY = { frequency: 'MINUTELY' } as const;

let stack: Stack;
let look: Facts;
let act: Actions;
beforeAll(async () => {
  stack = await startStack();
  look = facts(stack);
  act = actions(stack);
});
afterAll(() => stack.close());

const autoJobs = (id: bigint) => look.jobs(id, { trigger: 'auto' });
/** The auto jobs of a connection, once there are `count` and all have ended. */
const ticked = (id: bigint, count: number) =>
  until(`${count} auto jobs`, 20_000, async () => {
    const jobs = await autoJobs(id);
    return jobs.length === count && jobs.every((job) => job.endedAt !== null) ? jobs : null;
  });

describe('a tick', () => {
  it('comes by itself at its due time, with no call from outside', async () => {
    const id = await look.synced('timer', { seed: { invoices: 3 } }, [entry('INVOICES', MINUTELY)]);
    const due = new Date(Date.now() + 2_000);
    await look.setModel(id, 'INVOICES', { nextFireAt: due });
    // The model has looked, and armed its timer; nothing else will tell it.
    await stack.ended(await stack.sync(id));
    const [job] = await ticked(id, 1);
    expect(job).toMatchObject({
      mode: 'incremental',
      dueAt: due,
      missedTicks: 0,
      state: 'SUCCESS',
    });
    const lateMs = (job?.createdAt.getTime() ?? 0) - due.getTime();
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(1_500);
    expect(await look.syncs(id, { trigger: 'auto' })).toMatchObject([
      { mode: 'incremental', status: 'SUCCESS', dueAt: due },
    ]);
  });

  it('makes one sync for all models due at that instant, and one for each other instant', async () => {
    const models = ['BILLS', 'CONTACTS', 'INVOICES', 'ITEMS'] as const;
    const id = await look.synced(
      'instants',
      { seed: { invoices: 2, bills: 2, contacts: 2, items: 2 } },
      models.map((model) => entry(model)),
    );
    const early = new Date(Date.now() - 2_000);
    await look.setModel(id, 'ITEMS', { nextFireAt: early });
    await look.makeDue(id, ['BILLS', 'CONTACTS', 'INVOICES'], new Date(Date.now() - 1_000));
    await look.makeDue(id, ['ITEMS'], early);
    await ticked(id, 4);
    const syncs = await look.syncs(id, { trigger: 'auto' });
    expect(syncs.map((sync) => [...sync.dataModels].sort()).sort()).toEqual([
      ['BILLS', 'CONTACTS', 'INVOICES'],
      ['ITEMS'],
    ]);
  });

  it('stands for all that were missed, and says how many', async () => {
    const id = await look.synced('missed', { seed: { invoices: 2 } }, [
      entry('INVOICES', MINUTELY),
    ]);
    // As if connected an hour and a half minute ago: before that there was nothing to miss.
    const { createdAt } = await look.connection(id);
    const anchor = new Date(createdAt.getTime() - 60.5 * MINUTE_MS);
    await stack.database.db.prisma.connection.update({
      where: { id },
      data: { createdAt: anchor },
    });
    const jitter = jitterMs({ frequency: 'MINUTELY', interval: 1 }, id.toString());
    const overdue = new Date(anchor.getTime() + jitter + 50 * MINUTE_MS);
    await look.makeDue(id, ['INVOICES'], overdue);
    expect(await ticked(id, 1)).toMatchObject([{ missedTicks: 10, dueAt: overdue }]);
    const next = (await look.model(id, 'INVOICES')).nextFireAt;
    expect(next).toEqual(new Date(overdue.getTime() + 11 * MINUTE_MS));
  });

  it('adds to the job that waits, where one has not been claimed yet', async () => {
    const id = await look.synced('unclaimed', { seed: { invoices: 12, bills: 1 }, page_size: 4 }, [
      entry('INVOICES'),
      entry('BILLS'),
    ]);
    // The bills write the ticks of both; the first pull of the invoices gets no answer until the fault is healed.
    const unanswered = { kind: 'timeout', resource: 'invoices', times: 0 };
    await stack.sandbox.fault('unclaimed', unanswered);
    for (const ticks of [1, 2, 3, 4]) {
      await look.makeDue(id, ['INVOICES', 'BILLS']);
      await until(`tick ${ticks} of the bills`, 10_000, async () => {
        const jobs = await look.jobs(id, { trigger: 'auto', dataModel: 'BILLS', state: 'SUCCESS' });
        return jobs.length === ticks ? true : null;
      });
    }
    const jobs = await look.jobs(id, { trigger: 'auto', dataModel: 'INVOICES' });
    expect(jobs.map((job) => [job.state, job.missedTicks])).toEqual([
      ['RUNNING', 0],
      ['CREATED', 2],
    ]);
    await stack.sandbox.heal('unclaimed');
    await ticked(id, 6);
  });

  it('does not come before the initial sync has succeeded', async () => {
    await stack.sandbox.createTenant('before', {
      seed: { invoices: 8 },
      page_size: 4,
      latency_ms: 400,
    });
    const id = await stack.connect('before', [entry('INVOICES', MINUTELY)]);
    await look.makeDue(id, ['INVOICES']);
    await stack.endedOf(id, { trigger: 'initial' });
    expect(await autoJobs(id)).toEqual([]);
  });

  it('never comes for frequency NEVER', async () => {
    await stack.sandbox.createTenant('never', { seed: { invoices: 2 } });
    const id = await stack.connect('never', [
      entry('INVOICES', { frequency: 'NEVER' }),
      entry('BILLS'),
    ]);
    await stack.endedOf(id, { trigger: 'initial' });
    expect((await look.model(id, 'INVOICES')).nextFireAt).toBeNull();
    expect((await look.syncs(id)).map((sync) => sync.dataModels)).toEqual([['BILLS']]);
  });
});

describe('due times', () => {
  it('are counted from the connection’s creation, with its own jitter: one frequency, one instant', async () => {
    await stack.sandbox.createTenant('grid');
    const entries = [
      entry('INVOICES', { frequency: 'HOURLY', interval: 3 }),
      entry('BILLS', { frequency: 'HOURLY', interval: 3 }),
      entry('CONTACTS', { frequency: 'MONTHLY' }),
      entry('ITEMS', { frequency: null, cron: '30 4 * * 1', timezone: 'Asia/Tokyo' }),
    ];
    const id = await stack.connect('grid', entries);
    const { createdAt } = await look.connection(id);
    for (const each of entries) {
      const schedule = toSchedule(each);
      const due = { schedule, anchor: createdAt, jitterMs: jitterMs(schedule, id.toString()) };
      const { nextFireAt } = await look.model(id, each.data_model);
      expect(nextFireAt).toEqual(nextDue(due, createdAt));
    }
    const [invoices, bills] = [await look.model(id, 'INVOICES'), await look.model(id, 'BILLS')];
    expect(invoices.nextFireAt).toEqual(bills.nextFireAt);
  });
});

describe('a paused connection', () => {
  it('gets no new tick, and finishes what is open and queued', async () => {
    const id = await look.synced(
      'pausing',
      { seed: { invoices: 12 }, page_size: 4, latency_ms: 150 },
      [entry('INVOICES', MINUTELY)],
    );
    const open = await stack.sync(id, { mode: 'full' });
    await look.running(open);
    const queued = await stack.sync(id, { mode: 'full' });
    await act.pause(id);
    expect((await stack.ended(open)).status).toBe('SUCCESS');
    expect((await stack.ended(queued)).status).toBe('SUCCESS');
    const overdue = new Date(Date.now() - 1_000);
    await look.makeDue(id, ['INVOICES'], overdue);
    // A sync on request goes through the same door, so by its end a tick would have been written.
    await stack.ended(await stack.sync(id));
    expect(await autoJobs(id)).toEqual([]);
    expect((await look.model(id, 'INVOICES')).nextFireAt).toEqual(overdue);
    // Nothing wakes it for a tick that may not be written.
    await until('the model to rest', 5_000, async () =>
      (await look.model(id, 'INVOICES')).wakeAt === null ? true : null,
    );
  });

  it('starts its initial sync when it is resumed', async () => {
    await stack.sandbox.createTenant('resumed', { seed: { invoices: 3 } });
    await stack.stopWorker();
    const id = await stack.connect('resumed', [entry('INVOICES', { frequency: 'NEVER' })]);
    await act.pause(id);
    await act.putConfig(id, [entry('INVOICES')]);
    await stack.startWorker();
    expect(await look.syncs(id)).toEqual([]);
    await act.resume(id);
    expect((await stack.endedOf(id, { trigger: 'initial' })).status).toBe('SUCCESS');
  });
});

describe('after a pause or a reconnect', () => {
  it.each(['pause', 'reconnect'] as const)(
    'an overdue model is due at once, and the time of the %s does not count as missed',
    async (how) => {
      const id = await look.synced(how, { seed: { invoices: 2, bills: 2 } }, [
        entry('INVOICES', MINUTELY),
        entry('BILLS', { frequency: 'HOURLY' }),
      ]);
      if (how === 'pause') await act.pause(id);
      else await act.disconnect(id);
      await look.makeDue(id, ['INVOICES'], new Date(Date.now() - 30 * MINUTE_MS));
      await look.makeDue(id, ['BILLS'], new Date(Date.now() - 5 * 60 * MINUTE_MS));
      const before = Date.now();
      if (how === 'pause') await act.resume(id);
      else await act.reconnect(id, how);
      const jobs = await ticked(id, 2);
      expect(jobs.map((job) => job.missedTicks)).toEqual([0, 0]);
      // Due together, whatever their frequencies: one sync.
      expect(new Set(jobs.map((job) => job.syncId)).size).toBe(1);
      expect(jobs[0]?.dueAt?.getTime()).toBeGreaterThanOrEqual(before - 100);
    },
  );

  it('a model that is not overdue keeps its due time', async () => {
    const id = await look.synced('kept', { seed: { invoices: 2 } }, [entry('INVOICES')]);
    const before = (await look.model(id, 'INVOICES')).nextFireAt;
    await act.pause(id);
    await act.resume(id);
    expect((await look.model(id, 'INVOICES')).nextFireAt).toEqual(before);
  });
});

test('a connection that is not HEALTHY gets no tick', async () => {
  const id = await look.synced('unhealthy', { seed: { invoices: 2 } }, [entry('INVOICES')]);
  await act.disconnect(id);
  const calls = (await stack.sandbox.requests('unhealthy')).count;
  await look.makeDue(id, ['INVOICES']);
  await until('the model to rest', 5_000, async () =>
    (await look.model(id, 'INVOICES')).wakeAt === null ? true : null,
  );
  expect(await autoJobs(id)).toEqual([]);
  expect((await stack.sandbox.requests('unhealthy')).count).toBe(calls);
});
