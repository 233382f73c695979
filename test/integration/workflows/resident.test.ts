import {
  connectionWorkflowId,
  modelWorkflowId,
  REPAIR_SCHEDULE_ID,
  SIGNALS,
  TASK_QUEUE,
  WORKFLOW_TYPES,
} from '../../../workflows/contract';
import { ensureRepairSchedule } from '../../../infra/repair-schedule';
import { requestSync } from '../../../store/requests';
import { entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';

jest.setTimeout(60_000);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

async function connected(tenant: string, pageSize = 100): Promise<bigint> {
  await stack.sandbox.createTenant(tenant, { seed: { contacts: 30 }, page_size: pageSize });
  const id = await stack.connect(tenant, [entry('CONTACTS')]);
  await stack.endedOf(id, { trigger: 'initial' });
  return id;
}

function modelHandle(connectionId: bigint) {
  const id = modelWorkflowId(connectionId.toString(), 'CONTACTS');
  return stack.temporal.workflow.getHandle(id);
}

async function repairNow(): Promise<void> {
  const workflowId = `repair-${Math.random()}`;
  const started = await stack.temporal.workflow.start(WORKFLOW_TYPES.repair, {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [],
  });
  await started.result();
}

/** A request whose signal is lost. */
async function requestInSilence(connectionId: bigint): Promise<string> {
  const { syncId } = await requestSync(stack.database.db, {
    organisationId: stack.organisationId,
    connectionId,
    mode: 'incremental',
    models: null,
    allowMassDelete: false,
    trigger: 'manual',
    idempotency: null,
  });
  return syncId;
}

async function makeOverdue(connectionId: bigint, wakeUps: number): Promise<void> {
  await stack.database.db.prisma.modelState.updateMany({
    where: { connectionId },
    data: { wakeAt: new Date(Date.now() - 60_000), wakeUps },
  });
}

test('both workflows of a connection can be found and read in Temporal Web UI', async () => {
  const id = await connected('seen');
  const supervisor = await stack.temporal.workflow
    .getHandle(connectionWorkflowId(id.toString()))
    .describe();
  expect(supervisor.status.name).toBe('RUNNING');
  expect(supervisor.searchAttributes).toMatchObject({
    ConnectionId: [id.toString()],
    Platform: ['ROOTFI_SANDBOX'],
  });
  const model = await modelHandle(id).describe();
  expect(model.searchAttributes).toMatchObject({
    ConnectionId: [id.toString()],
    Platform: ['ROOTFI_SANDBOX'],
    DataModel: ['CONTACTS'],
  });
  expect(await model.staticSummary()).toContain('CONTACTS');
  // The sync has ended in the database a moment before its workflow has heard of it and waits.
  const words = await until('the timer of the next tick', 10_000, async () => {
    const { events } = await modelHandle(id).fetchHistory();
    const timer = events?.filter((event) => event.timerStartedEventAttributes != null).at(-1);
    return timer === undefined
      ? null
      : Buffer.from(timer.userMetadata?.summary?.data ?? []).toString();
  });
  expect(words).toMatch(/next tick .*Z; last: SUCCESS 30 inserted/);
  const status = await stack.temporal.workflow
    .getHandle(connectionWorkflowId(id.toString()))
    .query('status');
  expect(status).toMatchObject({ enabled: ['CONTACTS'] });
});

test('no record, secret or token reaches Temporal', async () => {
  const id = await connected('discreet');
  const histories = await Promise.all(
    [connectionWorkflowId(id.toString()), modelWorkflowId(id.toString(), 'CONTACTS')].map((each) =>
      stack.temporal.workflow.getHandle(each).fetchHistory(),
    ),
  );
  const payloads: string[] = [];
  collectPayloads(histories, payloads);
  expect(payloads.length).toBeGreaterThan(3);
  const names = [...(await stack.sandbox.truth('discreet', 'contacts')).values()].map((contact) =>
    String(contact['name']),
  );
  for (const text of payloads) {
    expect(text).not.toMatch(/token|secret|tenant_id/i);
    for (const name of names) expect(text).not.toContain(name);
  }
});

test('a model’s history stays short: it continues as new and goes on syncing', async () => {
  const id = await connected('busy');
  const first = (await modelHandle(id).describe()).runId;
  let looks = 0;
  await until('the model to continue as new', 40_000, async () => {
    await modelHandle(id).signal(SIGNALS.look);
    looks += 1;
    return (await modelHandle(id).describe()).runId === first ? null : true;
  });
  expect(looks).toBeGreaterThan(20);
  const sync = await stack.ended(await stack.sync(id));
  expect(sync.status).toBe('SUCCESS');
});

test('a stopping worker stores the page it is at; the sync goes on with the next worker', async () => {
  const id = await connected('stopped', 5);
  await stack.sandbox.fault('stopped', { kind: 'slow', ms: 400, times: 0 });
  const syncId = await stack.sync(id, { mode: 'full' });
  const open = () =>
    stack.database.db.prisma.pull.findFirst({ where: { connectionId: id, state: 'RUNNING' } });
  await until('a first page', 20_000, async () => ((await open())?.pages ?? 0) >= 1 || null);
  await stack.stopWorker();
  const left = await open();
  expect(left?.pages).toBeLessThan(6);
  const before = (await stack.sandbox.requests('stopped')).count;
  await stack.startWorker();
  const done = await stack.ended(syncId, 40_000);
  expect(done.jobs).toMatchObject([{ state: 'SUCCESS', counts: { fetched: 30, unchanged: 30 } }]);
  // No page was read twice: the rest of the pages is all that was asked for.
  expect((await stack.sandbox.requests('stopped')).count - before).toBe(6 - (left?.pages ?? 0));
});

test('a request whose signal was lost is found by the repairer', async () => {
  const id = await connected('silent');
  const syncId = await requestInSilence(id);
  await makeOverdue(id, 0);
  await repairNow();
  expect((await stack.ended(syncId)).status).toBe('SUCCESS');
});

test('a missing model workflow is started by the repairer', async () => {
  const id = await connected('missing');
  await modelHandle(id).terminate('by the test');
  const syncId = await requestInSilence(id);
  await makeOverdue(id, 0);
  await repairNow();
  expect((await stack.ended(syncId)).status).toBe('SUCCESS');
});

test('a model workflow that does not answer for five minutes is replaced', async () => {
  const id = await connected('stuck');
  await modelHandle(id).terminate('by the test');
  // Stands for one whose history today's code cannot replay: it takes signals and never looks.
  await stack.temporal.workflow.start(WORKFLOW_TYPES.modelSync, {
    workflowId: modelWorkflowId(id.toString(), 'CONTACTS'),
    taskQueue: 'nobody-listens',
    args: [],
  });
  const syncId = await requestInSilence(id);
  await makeOverdue(id, 5);
  await repairNow();
  expect((await modelHandle(id).describe()).taskQueue).toBe('nobody-listens');
  await makeOverdue(id, 10);
  await repairNow();
  expect((await stack.ended(syncId)).status).toBe('SUCCESS');
});

test('the repair schedule is made once, and left alone when it is there', async () => {
  await ensureRepairSchedule(stack.temporal, stack.deps.logger);
  await ensureRepairSchedule(stack.temporal, stack.deps.logger);
  const schedule = await stack.temporal.schedule.getHandle(REPAIR_SCHEDULE_ID).describe();
  expect(schedule.spec.intervals).toMatchObject([{ every: 30_000 }]);
  await stack.temporal.schedule.getHandle(REPAIR_SCHEDULE_ID).delete();
});

/** Every payload's text, wherever it stands in a history. */
function collectPayloads(value: unknown, found: string[]): void {
  if (value instanceof Uint8Array) {
    found.push(Buffer.from(value).toString());
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const each of Object.values(value)) collectPayloads(each, found);
}
