import { mkdirSync, openSync, renameSync, statSync, closeSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
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
 * Starts a long-lived program in a process group of its own: a Ctrl-C in our terminal then reaches
 * us alone, and we decide the order in which things stop. What it prints is appended to `logFile`,
 * or its standard output given to `onLine`, line by line.
 */
export function spawnLogged(command, args, { logFile, onLine, ...options }) {
  const log = openLog(logFile);
  try {
    const stdio = ['ignore', onLine ? 'pipe' : log, log];
    const child = spawn(command, args, { ...options, detached: true, stdio });
    if (onLine && child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
    return child;
  } finally {
    closeSync(log);
  }
}

/** How long a log is now: what comes later is of a run that starts now. */
export function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The last lines that a log has got since it had `from` bytes. */
export function tailOf(file, { from = 0, lines = 5 } = {}) {
  try {
    const text = readFileSync(file).subarray(from).toString('utf8').trimEnd();
    return text.split('\n').slice(-lines);
  } catch {
    return [];
  }
}

/** What a program said last, for the sentence about why it ended; empty when it said nothing. */
export function lastWords(file, from) {
  const line =
    tailOf(file, { from, lines: 20 })
      .filter((text) => text.trim() !== '')
      .at(-1) ?? '';
  try {
    const entry = JSON.parse(line);
    return String(entry.err?.message ?? entry.error ?? entry.msg ?? line);
  } catch {
    return line.slice(0, 300);
  }
}
