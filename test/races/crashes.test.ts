import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import path from 'node:path';
import { modelWorkflowId, TASK_QUEUE, WORKFLOW_TYPES } from '../../workflows/contract';
import { type Actions, actions } from '../support/actions';
import { type Facts, facts, jobOf } from '../support/facts';
import { hurryRepeats } from '../support/hurry';
import { quietLogger } from '../support/quiet-logger';
import { entry, type Stack, startStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(90_000);

let stack: Stack;
let look: Facts;
let act: Actions;
beforeAll(async () => {
  stack = await startStack();
  look = facts(stack);
  act = actions(stack);
});
afterAll(() => stack.close());
afterEach(() => stack.points.disarm());

test('a page that kills its worker each time: ten attempts, FAILED as our own fault, the other models go on', async () => {
  const id = await look.synced('killer', { seed: { invoices: 10, contacts: 5 } }, [
    entry('INVOICES'),
    entry('CONTACTS'),
  ]);
  const before = await look.model(id, 'INVOICES');
  const crashes = { count: 0 };
  stack.points.on(
    'before-page-stored',
    { connectionId: id, dataModel: 'INVOICES' },
    () => {
      crashes.count += 1;
      return Promise.reject(new Error('Crashed by the test'));
    },
    Number.POSITIVE_INFINITY,
  );
  const syncId = await stack.sync(id, { mode: 'full' });
  await until('a first crash', 20_000, async () => (crashes.count > 0 ? true : null));
  await hurryRepeats(stack, id, 'INVOICES');
  // While it dies again and again, the other model is served.
  const contacts = await stack.ended(
    await stack.sync(id, { models: [{ dataModel: 'CONTACTS', since: null }] }),
  );
  expect(contacts.status).toBe('SUCCESS');
  const sync = await stack.ended(syncId, 60_000);
  expect(crashes.count).toBe(10);
  expect(sync.status).toBe('FAILED');
  expect(jobOf(sync, 'INVOICES')).toMatchObject({ state: 'FAILED', errorCode: 'internal' });
  expect(jobOf(sync, 'INVOICES').errorMessage).toContain('10 attempts');
  expect(jobOf(sync, 'CONTACTS')).toMatchObject({ state: 'SUCCESS', counts: { fetched: 5 } });
  expect((await look.model(id, 'INVOICES')).watermark).toEqual(before.watermark);
  stack.points.disarm();
  expect((await stack.ended(await stack.sync(id))).status).toBe('SUCCESS');
});

test.each([
  'after-begin',
  'after-fetch',
  'before-page-stored',
  'after-page-stored',
  'before-gone-stored',
  'before-tombstones',
  'before-finish',
  'after-end',
] as const)('a crash at %s: the sync ends as it would have', async (point) => {
  const tenant = `crash-${point}`;
  const id = await look.synced(tenant, { seed: { invoices: 15 }, page_size: 5 }, [
    entry('INVOICES'),
  ]);
  const [gone = '', changed = ''] = await look.truthIds(tenant, 'invoices');
  await stack.sandbox.remove(tenant, 'invoices', gone);
  await stack.sandbox.change(tenant, 'invoices', changed, { memo: 'changed' });
  stack.points.crash(point, { connectionId: id });
  const job = jobOf(await stack.ended(await stack.sync(id, { mode: 'full' })), 'INVOICES');
  expect(job).toMatchObject({ state: 'SUCCESS', counts: { changed: 1, deleted: 1 } });
  const { inserted = 0, unchanged = 0, revived = 0, quarantined = 0, repeated = 0 } = job.counts;
  expect(job.counts['fetched']).toBe(inserted + 1 + unchanged + revived + quarantined + repeated);
  expect(await look.liveIds(id, 'INVOICES')).toEqual(await look.truthIds(tenant, 'invoices'));
});

test('a workflow whose history today’s code cannot replay is started anew by the repairer, and its tick is served', async () => {
  const id = await look.synced('old-code', { seed: { invoices: 3 } }, [entry('INVOICES')]);
  const handle = stack.temporal.workflow.getHandle(modelWorkflowId(id.toString(), 'INVOICES'));
  // Another release's workflow takes the model's place: it sleeps where today's runs an activity.
  await stack.stopWorker();
  await handle.terminate('by the test');
  const other = await Worker.create({
    connection: stack.workerConnection,
    namespace: stack.temporal.options.namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: path.join(__dirname, '../replay/other-workflows.ts'),
      logger: quietLogger,
    }),
  });
  const ended = other.run();
  await stack.temporal.workflow.start(WORKFLOW_TYPES.modelSync, {
    workflowId: modelWorkflowId(id.toString(), 'INVOICES'),
    taskQueue: TASK_QUEUE,
    args: [{ connectionId: id.toString(), platform: 'ROOTFI_SANDBOX', dataModel: 'INVOICES' }],
  });
  await until('its timer', 20_000, async () => {
    const { events } = await handle.fetchHistory();
    return events?.some((event) => event.timerStartedEventAttributes != null) ? true : null;
  });
  other.shutdown();
  await ended;
  await stack.startWorker();

  await stack.sandbox.insert('old-code', 'invoices', [{ memo: 'for the tick' }]);
  await look.makeDue(id, ['INVOICES']);
  await until('a task that failed', 20_000, async () => {
    const { events } = await handle.fetchHistory();
    return events?.some((event) => event.workflowTaskFailedEventAttributes != null) ? true : null;
  });
  // Ten rounds of the repairer without an answer, without their five minutes.
  for (let round = 0; round <= 10; round += 1) {
    await stack.database.db.prisma.modelState.updateMany({
      where: { connectionId: id },
      data: { wakeAt: new Date(Date.now() - 60_000) },
    });
    await act.repair();
  }
  const tick = await stack.endedOf(id, { trigger: 'auto' });
  expect(jobOf(tick, 'INVOICES')).toMatchObject({
    state: 'SUCCESS',
    missedTicks: 0,
    counts: { inserted: 1 },
  });
});
