/** Taking a home for one supervisor, and what is to be known about it before anything starts. */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
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
 * Makes the home where it is missing, and sees that all in it may be written: some of it may be another user's, from a
 * start as root. Nothing is made where that is refused.
 */
function openHome(home) {
  let path = home;
  try {
    mkdirSync(home, { recursive: true });
    accessSync(home, constants.W_OK | constants.X_OK);
    for (const name of readdirSync(home)) {
      path = join(home, name);
      // What a supervisor that runs on this home removes just now is no matter.
      if (existsSync(path)) accessSync(path, constants.W_OK);
    }
  } catch (error) {
    const reason = whyClosed(error.code, path === home ? '' : ` (${shown(path)})`);
    if (!reason) throw error;
    throw new PlainError(`The home ${shown(home)} ${reason}`);
  }
}

function whyClosed(code, where) {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `may not be written by this user${where}: give it to the user who starts Syncline, or set SYNCLINE_HOME to a folder that may be.`;
    case 'EEXIST':
    case 'ENOTDIR':
      return 'is not a folder: move the file away that is there, or set SYNCLINE_HOME to a folder.';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'is on a disk that is full: make room there, or set SYNCLINE_HOME to a folder elsewhere.';
    default:
      return null;
  }
}

/**
 * Takes the home. A supervisor that is stopping, or about to notice that its npm was killed, is
 * waited for; one that runs is an error.
 */
export async function claimHome(home) {
  openHome(home);
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
