/** Taking a home for one supervisor, and what is to be known about it before anything starts. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspectProcess, isSameProcess } from './identity.mjs';
import { lockOwner, tryLock } from './lock.mjs';
import { PlainError } from './plain-error.mjs';
import { supervisorLock } from './run-dir.mjs';
import { say } from './say.mjs';
import { shown } from './settings.mjs';

/** A stop may take 45 s; whoever starts again meanwhile waits a little longer than that. */
const STOP_WAIT_MS = 50_000;

/**
 * The processes that started us through npm, up to npm itself. When one of them is gone nobody can
 * stop us by the ordinary means any more, so we stop by ourselves.
 */
export function launchers(env = process.env) {
  if (!env.npm_lifecycle_event) return [];
  const chain = [];
  let parent = inspectProcess(process.ppid);
  while (parent && parent.pid > 1 && chain.length < 3) {
    chain.push(parent);
    if (/\bnpm\b/.test(parent.command.split(' ').slice(0, 3).join(' '))) return chain;
    parent = inspectProcess(parent.ppid);
  }
  // No npm among them (another package manager): only the parent is surely ours.
  return chain.slice(0, 1);
}

/** Whether all processes that started a supervisor are still there. */
export function hasLaunchers(chain) {
  return chain.every(isSameProcess);
}

/**
 * Takes the home. A supervisor that is stopping, or about to notice that its npm was killed, is
 * waited for; one that runs is an error.
 */
export async function claimHome(home) {
  mkdirSync(home, { recursive: true });
  const lock = supervisorLock(home);
  const until = Date.now() + STOP_WAIT_MS;
  let hasSaid = false;
  while (!tryLock(lock, { launchers: launchers(), state: 'running' })) {
    const owner = lockOwner(lock);
    const isLeaving = owner && (owner.state === 'stopping' || !hasLaunchers(owner.launchers ?? []));
    if (owner && (!isLeaving || Date.now() > until)) {
      throw new PlainError(
        `Syncline already runs on ${shown(home)} (process ${owner.pid}): stop that one, or give this one another SYNCLINE_HOME and other ports.`,
      );
    }
    if (!hasSaid) say('… an earlier start is still stopping; waiting for it');
    hasSaid = true;
    await sleep(200);
  }
}

const demoFile = (home) => join(home, 'demo.json');

/**
 * Whether the home is to have the demo: decided once, at its first start, and kept. `absent`, or
 * `wanted` (to be made), or `present`.
 */
export function demoState(home, wantsDemo) {
  const file = demoFile(home);
  if (!existsSync(file)) {
    // A home that has a key was in use before anybody asked for a demo.
    const isNew = !existsSync(join(home, 'api-key'));
    writeDemoState(home, isNew && wantsDemo ? 'wanted' : 'absent');
  }
  return JSON.parse(readFileSync(file, 'utf8')).state;
}

/** Writes the decision down. */
export function writeDemoState(home, state) {
  writeFileSync(demoFile(home), `${JSON.stringify({ state })}\n`);
}
