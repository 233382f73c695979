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

/**
 * Long enough for whoever puts a void lock aside to see that it was not void any more, and to put it back over ours.
 */
const SETTLE_MS = 100;

/** Takes the lock: true, or false while a live process owns it. `extra` is kept in the record. */
export function tryLock(file, extra = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify({ ...inspectProcess(process.pid), ...extra }));
  try {
    for (;;) {
      if (link(fresh, file)) {
        pause(SETTLE_MS);
        if (readLock(file)?.pid === process.pid) return true;
      } else if (lockOwner(file)) {
        return false;
      } else {
        putAside(file);
      }
    }
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** A link appears whole or not at all, and never over one that is there. */
function link(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** Removes a void lock. What another starter put in its place meanwhile goes back, over a third one's if need be. */
function putAside(file) {
  const aside = `${file}.void.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (lockOwner(aside)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
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
