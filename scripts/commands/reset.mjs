import { existsSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { lockOwner, tryLock, unlock } from '../lib/lock.mjs';
import { homeOf } from '../lib/paths.mjs';
import { PlainError } from '../lib/plain-error.mjs';
import { runningParts, supervisorLock } from '../lib/run-dir.mjs';
import { say } from '../lib/say.mjs';
import { shown } from '../lib/settings.mjs';

/**
 * `npm run reset`: empties the home (all data, keys and logs of this instance) after asking;
 * `npm run reset -- --yes` does not ask. Refuses while something runs there. A database or Temporal
 * server that DATABASE_URL or TEMPORAL_ADDRESS names is left alone.
 */
export async function main() {
  const { values } = parseArgs({
    options: { yes: { type: 'boolean', short: 'y', default: false } },
  });
  const home = homeOf();
  if (!existsSync(home)) {
    say(`There is nothing in ${shown(home)}.`);
    return 0;
  }
  refuseWhileRunning(home);
  if (!values.yes && !(await isConfirmed(home))) {
    say('Nothing was changed.');
    return 1;
  }
  // Held until the home is gone: a start in this moment is told to wait or to go elsewhere.
  const lock = supervisorLock(home);
  if (!tryLock(lock))
    throw new PlainError(`Syncline has just been started on ${shown(home)}: stop it first.`);
  try {
    refuseWhileRunning(home);
    rmSync(home, { recursive: true, force: true });
  } finally {
    unlock(lock);
  }
  say(`${shown(home)} is empty: the next npm start is a first start.`);
  return 0;
}

function refuseWhileRunning(home) {
  const owner = lockOwner(supervisorLock(home));
  if (owner && owner.pid !== process.pid) {
    throw new PlainError(`Syncline runs on ${shown(home)} (process ${owner.pid}): stop it first.`);
  }
  const left = runningParts(home);
  if (left.length > 0) {
    const names = left.map(({ name, record }) => `${name} (process ${record.pid})`).join(', ');
    throw new PlainError(
      `An earlier start left parts running on ${shown(home)}: ${names}. Start and stop Syncline once, or end them.`,
    );
  }
}

async function isConfirmed(home) {
  if (!process.stdin.isTTY)
    throw new PlainError(
      'This deletes data and asks first: run it in a terminal, or add -- --yes.',
    );
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(
    `Delete everything in ${shown(home)} (data, keys, logs)? Type "yes": `,
  );
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}
