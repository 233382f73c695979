/** Locks between processes: a file that names its owner, void once that owner has ended. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inspectProcess, isSameProcess } from './identity.mjs';

/** The live owner's record as it wrote it, or null. */
export function lockOwner(file) {
  const record = readLock(file);
  return record && isSameProcess(record) ? record : null;
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Takes the lock: true, or false while a live process owns it. `extra` is kept in the record. */
export function tryLock(file, extra = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify({ ...inspectProcess(process.pid), ...extra }));
  try {
    for (;;) {
      try {
        // A link appears whole or not at all, and never over one that is there.
        linkSync(fresh, file);
        return true;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      if (lockOwner(file)) return false;
      putAside(file);
    }
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Removes a void lock, unless another starter has just replaced it by its own. */
function putAside(file) {
  const aside = `${file}.void.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (lockOwner(aside)) {
    try {
      linkSync(aside, file);
    } catch {
      // A third one has the lock by now: whoever lost it sees that it owns nothing (see `ownsLock`).
    }
  }
  rmSync(aside, { force: true });
}

/** Changes what our own record says. */
export function updateLock(file, extra) {
  const record = readLock(file);
  if (record?.pid !== process.pid) return;
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ ...record, ...extra }));
  renameSync(`${file}.${process.pid}`, file);
}

/** Gives the lock back if it is ours. */
export function unlock(file) {
  if (readLock(file)?.pid === process.pid) rmSync(file, { force: true });
}

/** Runs `act` while holding the lock, after waiting for whoever has it; `onWait` hears of a wait. */
export async function withLock(file, act, onWait = () => undefined) {
  let hasWaited = false;
  while (!tryLock(file)) {
    if (!hasWaited) onWait(lockOwner(file));
    hasWaited = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await act();
  } finally {
    unlock(file);
  }
}
