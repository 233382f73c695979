import { type Actions, actions } from '../../support/actions';
import { type Facts, facts } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { modelWorkflowId } from '../../../workflows/contract';

jest.setTimeout(60_000);

let stack: Stack;
let look: Facts;
let act: Actions;
beforeAll(async () => {
  stack = await startStack();
  look = facts(stack);
  act = actions(stack);
});
afterAll(() => stack.close());

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
/** As if the model should have looked that long ago. */
const overdue = (id: bigint, seconds: number, wakeUps = 0) =>
  stack.database.db.prisma.modelState.update({
    where: { connectionId_dataModel: { connectionId: id, dataModel: 'INVOICES' } },
    data: { wakeAt: new Date(Date.now() - seconds * 1_000), wakeUps },
  });
const handle = (id: bigint) =>
  stack.temporal.workflow.getHandle(modelWorkflowId(id.toString(), 'INVOICES'));

describe('a model that should have looked', () => {
  it('is woken once it is twenty seconds late: a request whose signal was lost is served', async () => {
    const id = await look.synced('lost', { seed: { invoices: 2 } }, [entry('INVOICES')]);
    const syncId = await stack.request(id);
    await overdue(id, 15);
    expect(await act.repair()).toMatchObject({ woken: 0 });
    await overdue(id, 21);
    expect(await act.repair()).toMatchObject({ woken: 1, restarted: 0 });
    expect((await stack.ended(syncId)).status).toBe('SUCCESS');
  });

  it('has its workflow started where there is none', async () => {
    const id = await look.synced('missing', { seed: { invoices: 2 } }, [entry('INVOICES')]);
    await handle(id).terminate('lost');
    const syncId = await stack.request(id);
    await overdue(id, 31);
    await act.repair();
    expect((await stack.ended(syncId)).status).toBe('SUCCESS');
    expect(await look.workflow(id, 'INVOICES')).toBe('RUNNING');
  });

  it('has its workflow started anew after ten wake-ups without an answer', async () => {
    const id = await look.synced('stuck', { seed: { invoices: 2 } }, [entry('INVOICES')]);
    const before = (await handle(id).describe()).runId;
    const syncId = await stack.request(id);
    await overdue(id, 400, 9);
    await stack.stopWorker();
    expect(await act.repair()).toMatchObject({ woken: 1, restarted: 0 });
    expect(await act.repair()).toMatchObject({ woken: 1, restarted: 1 });
    await stack.startWorker();
    expect((await stack.ended(syncId)).status).toBe('SUCCESS');
    expect((await handle(id).describe()).runId).not.toBe(before);
    expect((await look.model(id, 'INVOICES')).wakeUps).toBe(0);
  });
});

test('quiet auto syncs go after a week and all others after ninety days, with their jobs and pulls', async () => {
  const id = await look.synced('old', { seed: { invoices: 2 } }, [entry('INVOICES')]);
  const { prisma } = stack.database.db;
  const aged = async (days: number, trigger: 'auto' | 'manual', change: boolean) => {
    if (change) await stack.sandbox.insert('old', 'invoices', [{ memo: 'new' }]);
    const syncId = await stack.sync(id);
    await stack.ended(syncId);
    const where = { syncId };
    await prisma.sync.update({ where, data: { trigger, endedAt: daysAgo(days) } });
    await prisma.pull.updateMany({ where: { connectionId: id }, data: { endedAt: daysAgo(3) } });
    return syncId;
  };
  await look.setModel(id, 'INVOICES', { watermark: new Date(Date.now() + 1_000) });
  const kept = [
    await aged(6.9, 'auto', false),
    await aged(8, 'manual', false),
    await aged(89, 'manual', false),
  ];
  const gone = [await aged(7.1, 'auto', false), await aged(91, 'manual', false)];
  const changing = await aged(8, 'auto', true);
  expect(await act.repair()).toMatchObject({ rowsRemoved: expect.any(Number) });
  const left = await prisma.sync.findMany({
    where: { connectionId: id, trigger: { not: 'initial' } },
  });
  expect(left.map((sync) => sync.syncId).sort()).toEqual([...kept, changing].sort());
  expect(left.map((sync) => sync.syncId)).not.toEqual(expect.arrayContaining(gone));
  expect(await look.jobs(id)).toHaveLength(left.length + 1);
  expect(await look.pulls(id, 'INVOICES')).toHaveLength(left.length + 1);
});
