import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { quietLogger } from './quiet-logger';

const ROOT = path.join(__dirname, '../..');
/** What a workflow may import of ours; a change there, or of the libraries, makes another bundle. */
const SOURCES = ['workflows', 'core', 'core/unified'];

/**
 * The workflows as a worker runs them. Bundling takes seconds and every test file would do it anew, so the code is kept
 * in the system's temporary folder under the hash of its sources: a test never runs old code.
 */
export async function workflowBundle(): Promise<{ codePath: string }> {
  const codePath = path.join(tmpdir(), `syncline-test-workflows-${sourcesHash()}.js`);
  if (existsSync(codePath)) return { codePath };
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(ROOT, 'workflows/index.ts'),
    logger: quietLogger,
  });
  // Renamed into place: another test process may be reading it.
  const draft = `${codePath}.${process.pid}`;
  writeFileSync(draft, code);
  renameSync(draft, codePath);
  return { codePath };
}

function sourcesHash(): string {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => path.join(ROOT, folder, name)),
  );
  const hash = createHash('sha256');
  for (const file of [...files, path.join(ROOT, 'package-lock.json')]) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}
