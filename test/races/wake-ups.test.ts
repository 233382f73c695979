import { setTimeout as delay } from 'node:timers/promises';
import {
  REPAIR_SCHEDULE_ID,
  SIGNALS,
  connectionWorkflowId,
  modelWorkflowId,
} from '../../workflows/contract';
import { credentialsPlace } from '../../activities/access';
import { ensureRepairSchedule } from '../../infra/repair-schedule';
import {
  disconnectConnection,
  pauseConnection,
  reconnectConnection,
  resumeConnection,
} from '../../store/connections';
import { putConnectionConfig } from '../../store/sync-configs';
import { readCredentials } from '../../store/credentials';
import { type Actions, actions } from '../support/actions';
import { type Facts, facts } from '../support/facts';
import { entry, type Stack, startStack } from '../support/stack';
import { until } from '../support/until';

/**
 * A wake-up that is lost costs at most a minute: the database remembers what was asked for, and the repairer, on its
 * real schedule here, finds it. One that comes at an awkward moment costs nothing.
 */

jest.setTimeout(120_000);

/** Half a minute between two rounds of the repairer, 20 s until something counts as overdue, and a busy machine. */
const MINUTE_MS = 60_000;

let stack: Stack;
let look: Facts;
let act: Actions;
beforeAll(async () => {
  stack = await startStack();
  look = facts(stack);
  act = actions(stack);
  await ensureRepairSchedule(stack.temporal, stack.deps.logger);
});
afterAll(async () => {
  await stack.temporal.schedule.getHandle(REPAIR_SCHEDULE_ID).delete();
  await stack.close();
});
afterEach(() => stack.points.disarm());

const HOUR_MS = 3_600_000;

const synced = (tenant: string, more: Parameters<typeof entry>[1] = {}) =>
  look.synced(tenant, { seed: { invoices: 3 } }, [entry('INVOICES', more)]);

/** When the first job of a trigger began, after the instant at which its signal was lost. */
async function begunAfter(id: bigint, trigger: string, lostAt: number): Promise<number> {
  const job = await until(`a ${trigger} job to begin`, 100_000, async () => {
    const jobs = await look.jobs(id, { trigger });
    return (
      jobs.find((each) => each.startedAt !== null && each.startedAt.getTime() > lostAt) ?? null
    );
  });
  return (job.startedAt?.getTime() ?? Infinity) - lostAt;
}

/** What loses its signal, and the job that must begin all the same. */
const LOST: Record<string, (tenant: string) => Promise<number>> = {
  async 'a request'(tenant) {
    const id = await synced(tenant);
    const at = Date.now();
    await stack.request(id);
    return begunAfter(id, 'manual', at);
  },
  async 'a request that commits while the chunk before it ends'(tenant) {
    const id = await synced(tenant);
    const end = await returning(id);
    const at = Date.now();
    await stack.request(id);
    end.release();
    return begunAfter(id, 'manual', at);
  },
  async 'a resume'(tenant) {
    const id = await synced(tenant);
    await act.pause(id);
    await look.setModel(id, 'INVOICES', { nextFireAt: new Date(Date.now() - HOUR_MS) });
    const at = Date.now();
    await resumeConnection(stack.database.db, {
      organisationId: stack.organisationId,
      connectionId: id,
    });
    return begunAfter(id, 'auto', at);
  },
  async 'a pause and a resume'(tenant) {
    const id = await synced(tenant);
    const named = { organisationId: stack.organisationId, connectionId: id };
    await pauseConnection(stack.database.db, named);
    await look.setModel(id, 'INVOICES', { nextFireAt: new Date(Date.now() - HOUR_MS) });
    const at = Date.now();
    await resumeConnection(stack.database.db, named);
    return begunAfter(id, 'auto', at);
  },
  async 'a reconnect'(tenant) {
    const id = await synced(tenant);
    const named = { organisationId: stack.organisationId, connectionId: id };
    const stored = await readCredentials(stack.database.db, id);
    const { account } = await look.connection(id);
    if (stored === null || account === null) throw new Error('It was connected');
    const sealed = stack.deps.sealer.seal(
      stack.deps.sealer.open(stored.sealed, credentialsPlace(id)),
      credentialsPlace(id),
    );
    await disconnectConnection(stack.database.db, named);
    await look.setModel(id, 'INVOICES', { nextFireAt: new Date(Date.now() - HOUR_MS) });
    const at = Date.now();
    await reconnectConnection(stack.database.db, { ...named, account, expiresAt: null, sealed });
    return begunAfter(id, 'auto', at);
  },
  async 'a faster frequency'(tenant) {
    const id = await synced(tenant);
    await putConnectionConfig(stack.database.db, {
      organisationId: stack.organisationId,
      connectionId: id,
      entries: [entry('INVOICES', { frequency: 'MINUTELY' })],
    });
    const due = (await look.model(id, 'INVOICES')).nextFireAt?.getTime() ?? 0;
    expect(due - Date.now()).toBeLessThan(MINUTE_MS * 1.1);
    return begunAfter(id, 'auto', due);
  },
  async 'a model enabled again, after its workflow has ended'(tenant) {
    const id = await look.synced(tenant, { seed: { invoices: 3, items: 1 } }, [
      entry('INVOICES'),
      entry('ITEMS'),
    ]);
    await act.putConfig(id, [entry('ITEMS')]);
    await until('its workflow to end', 20_000, async () =>
      (await look.workflow(id, 'INVOICES')) === 'COMPLETED' ? true : null,
    );
    const at = Date.now();
    await putConnectionConfig(stack.database.db, {
      organisationId: stack.organisationId,
      connectionId: id,
      entries: [entry('INVOICES'), entry('ITEMS')],
    });
    return begunAfter(id, 'initial', at);
  },
};

test('whatever loses its signal is begun within a minute', async () => {
  const lost = await Promise.all(
    Object.entries(LOST).map(async ([what, lose], at) => ({ what, ms: await lose(`lost-${at}`) })),
  );
  for (const { what, ms } of lost) {
    if (ms > MINUTE_MS) throw new Error(`${what}: begun after ${ms} ms`);
  }
  expect(lost).toHaveLength(Object.keys(LOST).length);
});

/** Waits until the model's workflow waits: no chunk of it runs. */
const atRest = (id: bigint) =>
  until('the workflow to wait', 20_000, async () => {
    const handle = stack.temporal.workflow.getHandle(modelWorkflowId(id.toString(), 'INVOICES'));
    const { status, raw } = await handle.describe();
    const works = raw.pendingActivities?.length !== 0 || raw.pendingWorkflowTask != null;
    return status.name === 'RUNNING' && !works ? true : null;
  });

/** A sync that has ended, while the chunk that ended it has not yet returned to its workflow. */
async function returning(id: bigint) {
  await atRest(id);
  const end = stack.points.hold('after-end', { connectionId: id });
  await stack.ended(await stack.sync(id));
  await end.reached;
  return end;
}

describe('a message that comes at an awkward moment is not lost', () => {
  /** Far below what the repairer would need. */
  const AT_ONCE_MS = 15_000;

  it('a look while syncChunk returns', async () => {
    const id = await synced('returning');
    const end = await returning(id);
    const syncId = await stack.request(id);
    await look.wakeModels(id, ['INVOICES']);
    end.release();
    expect((await stack.ended(syncId, AT_ONCE_MS)).status).toBe('SUCCESS');
  });

  it('a model disabled and enabled again, before its workflow has heard of either', async () => {
    const id = await synced('flipped');
    for (let round = 0; round < 5; round += 1) {
      const end = await returning(id);
      await act.putConfig(id, []);
      await act.putConfig(id, [entry('INVOICES')]);
      const syncId = await stack.sync(id);
      end.release();
      expect((await stack.ended(syncId, AT_ONCE_MS)).status).toBe('SUCCESS');
    }
  });

  it('a model disabled while its workflow works, and enabled again while that ends', async () => {
    const id = await synced('ending');
    for (let round = 0; round < 5; round += 1) {
      await atRest(id);
      const end = stack.points.hold('after-end', { connectionId: id });
      await act.putConfig(id, []);
      await end.reached;
      await act.putConfig(id, [entry('INVOICES')]);
      const syncId = await stack.sync(id);
      end.release();
      expect((await stack.ended(syncId, AT_ONCE_MS)).status).toBe('SUCCESS');
    }
  });

  it('signals in flight while both workflows continue as new', async () => {
    const id = await synced('renewed');
    const model = stack.temporal.workflow.getHandle(modelWorkflowId(id.toString(), 'INVOICES'));
    const supervisor = stack.temporal.workflow.getHandle(connectionWorkflowId(id.toString()));
    const first = { model: (await model.describe()).runId };
    let requests = 0;
    await until('the model to continue as new', 60_000, async () => {
      const some = await Promise.all([1, 2, 3].map(() => stack.sync(id)));
      await Promise.all([model.signal(SIGNALS.look), model.signal(SIGNALS.look)]);
      for (const syncId of some) {
        expect((await stack.ended(syncId, AT_ONCE_MS)).status).toBe('SUCCESS');
        requests += 1;
      }
      return (await model.describe()).runId === first.model ? null : true;
    });
    expect(requests).toBeGreaterThan(20);
    // Its supervisor has heard a message for each, and is there for the next one.
    expect((await supervisor.describe()).status.name).toBe('RUNNING');
  });
});

test('a tick is on time although its timer was set late', async () => {
  const id = await synced('late-timer');
  await atRest(id);
  const end = stack.points.hold('after-end', { connectionId: id });
  const { prisma } = stack.database.db;
  const dueAt = new Date(Date.now() + 6_000);
  await prisma.modelState.updateMany({ where: { connectionId: id }, data: { nextFireAt: dueAt } });
  await look.wakeModels(id, ['INVOICES']);
  await end.reached;
  await delay(4_000);
  end.release();
  const job = await until('the tick', 20_000, async () => {
    const [tick] = await prisma.syncJob.findMany({
      where: { connectionId: id, trigger: 'auto', startedAt: { not: null } },
    });
    return tick ?? null;
  });
  const lateMs = (job.startedAt?.getTime() ?? Number.NaN) - dueAt.getTime();
  // With the whole wait from the release on it was 4 s.
  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(lateMs).toBeLessThan(2_000);
});

test('a connection deleted while its children start: nothing is stored after it, and all its workflows end', async () => {
  const models = ['BILLS', 'CONTACTS', 'INVOICES', 'ITEMS'] as const;
  await stack.sandbox.createTenant('short-lived', {
    seed: { bills: 5, contacts: 5, invoices: 5, items: 5 },
  });
  for (let round = 0; round < 6; round += 1) {
    const id = await stack.connect(
      'short-lived',
      models.map((model) => entry(model)),
    );
    await new Promise((resolve) => setTimeout(resolve, round * 20));
    await act.delete(id);
    const stored = await stack.database.db.prisma.storedRecord.count({
      where: { connectionId: id },
    });
    await until('its workflows to end', MINUTE_MS, async () => {
      const [supervisor, ...children] = await Promise.all([
        stack.temporal.workflow.getHandle(connectionWorkflowId(id.toString())).describe(),
        ...models.map((model) => look.workflow(id, model)),
      ]);
      const ended = children.every((status) => status === null || status === 'COMPLETED');
      return supervisor.status.name === 'COMPLETED' && ended ? true : null;
    });
    const after = await stack.database.db.prisma.storedRecord.count({
      where: { connectionId: id },
    });
    // The repairer may have begun to remove them.
    expect(after).toBeLessThanOrEqual(stored);
  }
});
