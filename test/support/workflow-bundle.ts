import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { quietLogger } from './quiet-logger';

let bundle: ReturnType<typeof bundleWorkflowCode> | null = null;

/** Bundled once per test process, from source: a test never runs workflows that were built earlier. */
export function workflowBundle(): ReturnType<typeof bundleWorkflowCode> {
  bundle ??= bundleWorkflowCode({
    workflowsPath: path.join(__dirname, '../../workflows/index.ts'),
    logger: quietLogger,
  });
  return bundle;
}
