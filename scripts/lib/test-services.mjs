/** One PostgreSQL and one Temporal server for a test run, in a temporary home of their own. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectProcess, isSameProcess, killGroup, waitUntilGone } from './identity.mjs';
import { spawnLogged, tailOf } from './log-file.mjs';
import { freePorts } from './ports.mjs';
import { preparePostgres, waitForPostgres } from './postgres.mjs';
import { step } from './say.mjs';
import { resolveTemporalBinary } from './temporal-binary.mjs';
import { temporalServerArgs, waitForTemporal } from './temporal-server.mjs';

const PREFIX = 'syncline-test-';

/**
 * Starts both and resolves `{env, home, pids, stop}`, where `env` holds TEST_DATABASE_URL (an
 * administrator's) and TEST_TEMPORAL_ADDRESS. A failure ends what was started already. With
 * `asStarted` they write to disk as under `npm start`, and PostgreSQL counts statements: for benchmarks.
 */
export async function startTestServices({ asStarted = false } = {}) {
  await clearAbandoned();
  const home = mkdtempSync(join(tmpdir(), PREFIX));
  // The database server may run as another user (see postgres-user.mjs) and must get in.
  chmodSync(home, 0o755);
  keepRecord(home, 'owner', inspectProcess(process.pid));
  const stop = () => stopAll(home);
  try {
    const [postgresPort, temporalPort] = await freePorts(2);
    const [url, address] = await Promise.all([
      step('Starting PostgreSQL', () => startPostgres(home, postgresPort, asStarted)),
      step('Starting Temporal', (remark) =>
        startTemporal(home, temporalPort, { asStarted, remark }),
      ),
    ]);
    const pidOf = (name) => readRecord(home, name)?.pid;
    return {
      env: { TEST_DATABASE_URL: url, TEST_TEMPORAL_ADDRESS: address },
      home,
      pids: { postgres: pidOf('postgres'), temporal: pidOf('temporal') },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startPostgres(home, port, asStarted) {
  const server = await preparePostgres({
    dir: join(home, 'postgres'),
    port,
    durable: asStarted,
    counting: asStarted,
  });
  const logFile = join(home, 'postgres.log');
  const child = spawnLogged(server.command, server.args, { ...server.options, logFile });
  await explainWith(logFile, child, async () => {
    await waitForPostgres({ url: server.url('postgres'), child });
    keepRecord(home, 'postgres', { ...inspectProcess(child.pid), stopWith: 'SIGINT' });
  });
  return server.url('postgres');
}

async function startTemporal(home, port, { asStarted, remark }) {
  const binary = await resolveTemporalBinary();
  remark(binary.source);
  const logFile = join(home, 'temporal.log');
  const dbFile = asStarted ? { dbFile: join(home, 'temporal.db') } : {};
  const child = spawnLogged(binary.path, temporalServerArgs({ port, ...dbFile }), {
    logFile,
    cwd: home,
  });
  const address = `127.0.0.1:${port}`;
  await explainWith(logFile, child, async () => {
    keepRecord(home, 'temporal', { ...inspectProcess(child.pid), stopWith: 'SIGTERM' });
    await waitForTemporal({ address, child });
  });
  return address;
}

/** Adds the last lines of a server's log to the reason why it did not start. */
async function explainWith(logFile, child, act) {
  child.once('error', () => undefined);
  child.unref();
  try {
    await act();
  } catch (error) {
    killGroup(child.pid);
    throw new Error(`${error.message}\n${tailOf(logFile).join('\n')}`, { cause: error });
  }
}

function keepRecord(home, name, record) {
  mkdirSync(join(home, 'run'), { recursive: true });
  writeFileSync(join(home, 'run', `${name}.json`), JSON.stringify(record));
}

function readRecord(home, name) {
  try {
    return JSON.parse(readFileSync(join(home, 'run', `${name}.json`), 'utf8'));
  } catch {
    return null;
  }
}

async function stopAll(home) {
  const records = ['temporal', 'postgres'].map((name) => readRecord(home, name)).filter(Boolean);
  await Promise.all(records.map(stopRecorded));
  rmSync(home, { recursive: true, force: true });
}

async function stopRecorded(record) {
  if (!isSameProcess(record)) return;
  process.kill(record.pid, record.stopWith);
  if (await waitUntilGone(record, 10_000)) return;
  killGroup(record.pid);
  await waitUntilGone(record, 5_000);
}

/** Ends the servers of test runs that were killed themselves, and removes their folders. */
async function clearAbandoned() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const home = join(tmpdir(), name);
    const owner = readRecord(home, 'owner');
    if (owner && !isSameProcess(owner)) await stopAll(home).catch(() => undefined);
  }
}
