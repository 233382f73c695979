/** `<home>/run`: which processes of this home run, for whoever finds them after their starter died. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSameProcess, killGroup, waitUntilGone } from './identity.mjs';

/** Those that the others need are ended last. */
const LAST = new Set(['temporal', 'postgres']);
const STOP_LIMIT_MS = 15_000;

/** The lock of the home, held by the one supervisor it may have. */
export function supervisorLock(home) {
  return join(home, 'run', 'supervisor.lock');
}

function fileOf(home, name) {
  return join(home, 'run', `${name}.json`);
}

/** Writes down who a part's process is (see identity.mjs) and which signal stops it. */
export function rememberProcess(home, name, record) {
  mkdirSync(join(home, 'run'), { recursive: true });
  writeFileSync(fileOf(home, name), JSON.stringify(record));
}

/** The part's process has ended. */
export function forgetProcess(home, name) {
  rmSync(fileOf(home, name), { force: true });
}

/** Parts of this home that still run: `[{name, record}]`. Notes about others are removed. */
export function runningParts(home) {
  let files = [];
  try {
    files = readdirSync(join(home, 'run')).filter((file) => file.endsWith('.json'));
  } catch {
    return [];
  }
  const parts = files.map((file) => ({
    name: file.slice(0, -5),
    record: readRecord(join(home, 'run', file)),
  }));
  for (const { name } of parts.filter(({ record }) => !record)) forgetProcess(home, name);
  return parts.filter(({ record }) => record);
}

function readRecord(file) {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8'));
    return isSameProcess(record) ? record : null;
  } catch {
    return null;
  }
}

/**
 * Ends what an earlier, killed supervisor left running; answers the names. Only processes whose
 * start time and command line are those written down are touched.
 */
export async function endLeftovers(home) {
  const parts = runningParts(home);
  const [last, first] = [true, false].map((isLast) =>
    parts.filter(({ name }) => LAST.has(name) === isLast),
  );
  for (const wave of [first, last]) {
    await Promise.all(wave.map(({ name, record }) => endOne(home, name, record)));
  }
  return parts.map(({ name }) => name);
}

async function endOne(home, name, record) {
  process.kill(record.pid, record.stopSignal ?? 'SIGTERM');
  if (!(await waitUntilGone(record, STOP_LIMIT_MS)))
    await waitUntilGone(record, killGroup(record.pid) ? 5_000 : 0);
  forgetProcess(home, name);
}
