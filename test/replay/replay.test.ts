import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import * as workflows from '../../workflows';
import { quietLogger } from '../support/quiet-logger';
import { workflowBundle } from '../support/workflow-bundle';

jest.setTimeout(60_000);

const HISTORIES = path.join(__dirname, '../histories');
const names = readdirSync(HISTORIES).map((file) => path.basename(file, '.json'));

interface StoredHistory {
  readonly events: readonly {
    readonly workflowExecutionStartedEventAttributes?: { readonly workflowType: { name: string } };
  }[];
}

function read(name: string): StoredHistory {
  return JSON.parse(readFileSync(path.join(HISTORIES, `${name}.json`), 'utf8')) as StoredHistory;
}

test.each(names)('today’s workflow code replays the recorded history %s', async (name) => {
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, read(name));
});

test('every workflow has a recorded history', () => {
  const recorded = names.map(
    (name) => read(name).events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name,
  );
  expect([...new Set(recorded)].sort()).toEqual(Object.keys(workflows).sort());
});

test('code that does something else is found out', async () => {
  const other = await bundleWorkflowCode({
    workflowsPath: path.join(__dirname, 'other-workflows.ts'),
    logger: quietLogger,
  });
  await expect(
    Worker.runReplayHistory({ workflowBundle: other }, read('model-sync-waits-and-looks')),
  ).rejects.toThrow(DeterminismViolationError);
});
