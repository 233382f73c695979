import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { withLock } from './lock.mjs';
import { ROOT } from './paths.mjs';
import { say } from './say.mjs';

/**
 * Installs and builds what is missing or out of date. Two commands in one clone take turns: both
 * write to node_modules and dist.
 */
export async function setUp({ build = true } = {}) {
  const id = createHash('sha256').update(ROOT).digest('hex').slice(0, 16);
  const lock = join(tmpdir(), `syncline-set-up-${id}.lock`);
  const onWait = (owner) =>
    say(`… waiting for process ${owner?.pid}, which is setting up this clone`);
  await withLock(
    lock,
    async () => {
      await ensureInstalled();
      if (build) await ensureBuilt();
    },
    onWait,
  );
}
