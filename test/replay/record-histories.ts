import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { modelWorkflowId } from '../../workflows/contract';
import { entry, type Stack, startStack, until } from '../support/stack';

/**
 * Records the histories that `replay.test.ts` replays. Run on purpose only, after a change of workflow code that old
 * histories cannot replay (see CONTRIBUTING.md): `npm test -- --testMatch '**\/record-histories.ts'`.
 */

jest.setTimeout(120_000);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

test('records a history of every workflow', async () => {
  await stack.sandbox.createTenant('recorded', { seed: { invoices: 30, contacts: 10 } });
  const id = await stack.connect('recorded', [entry('INVOICES'), entry('CONTACTS')]);
  await stack.endedOf(id, { trigger: 'initial' });
  await stack.ended(await stack.sync(id));
  await stack.ended(await stack.sync(id, { mode: 'full' }));
  await save(`conn/${id}`, 'connection-supervises');

  await stack.temporal.workflow.start('repair', {
    workflowId: 'recorded-repair',
    taskQueue: 'syncline',
    args: [],
  });
  await stack.temporal.workflow.getHandle('recorded-repair').result();
  await save('recorded-repair', 'repair-round');
  await save(modelWorkflowId(id.toString(), 'INVOICES'), 'model-sync-waits-and-looks');

  await stack.deleteConnection(id);
  await until('the workflows to end', 20_000, async () => {
    const { status } = await stack.temporal.workflow.getHandle(`conn/${id}`).describe();
    return status.name === 'COMPLETED' ? true : null;
  });
  await until('the model to end', 20_000, async () => {
    const model = modelWorkflowId(id.toString(), 'INVOICES');
    const { status } = await stack.temporal.workflow.getHandle(model).describe();
    return status.name === 'COMPLETED' ? true : null;
  });
  await save(`conn/${id}`, 'connection-ends');
  await save(modelWorkflowId(id.toString(), 'INVOICES'), 'model-sync-ends');
});

async function save(workflowId: string, name: string): Promise<void> {
  const history = await stack.temporal.workflow.getHandle(workflowId).fetchHistory();
  // Who recorded it is of no interest: process and host names (`123@host`) go.
  const text = historyToJSON(history).replaceAll(/\d+@[\w.-]+/g, '1@recorder');
  writeFileSync(path.join(__dirname, '../histories', `${name}.json`), `${text}\n`);
}
