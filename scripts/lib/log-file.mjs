import { mkdirSync, openSync, renameSync, statSync, closeSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { spawn } from 'node:child_process';

const ROTATE_AT_BYTES = 10 * 1024 * 1024;

/** Opens a log for appending; one of more than 10 MB is set aside as `<name>.1` first. */
export function openLog(file) {
  mkdirSync(dirname(file), { recursive: true });
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > ROTATE_AT_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a');
}

/**
 * Starts a long-lived program in a process group of its own, its output appended to `logFile`: a
 * Ctrl-C in our terminal then reaches us alone, and we decide the order in which things stop.
 */
export function spawnLogged(command, args, { logFile, ...options }) {
  const log = openLog(logFile);
  try {
    return spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}

/** The last lines of a log, for a message about why its program ended. */
export function tailOf(file, lines = 5) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
