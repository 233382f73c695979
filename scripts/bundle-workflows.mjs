/**
 * Bundles `workflows/index.ts` for Temporal's sandbox into the file given, or with no file only
 * checks that it can be done: an import that workflows may not have fails here and not in a worker.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { ROOT } from './lib/paths.mjs';

const [file] = process.argv.slice(2);
const quietly = {
  log: () => undefined,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: console.error,
  error: console.error,
};
try {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'workflows', 'index.ts'),
    logger: quietly,
  });
  if (file) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, code);
    renameSync(`${file}.new`, file);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
