/** The long-lived processes of one instance, each as a Part (part.mjs). */
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { Part } from './part.mjs';
import { ROOT } from './paths.mjs';
import { canConnect } from './ports.mjs';
import { apiUrl } from './settings.mjs';
import { preparePostgres, waitForPostgres } from './postgres.mjs';
import { temporalServerArgs, waitForTemporal } from './temporal-server.mjs';

const READY_LIMIT_MS = 60_000;

function node(script, env, flags = []) {
  const args = [...flags, join(ROOT, script)];
  return { command: process.execPath, args, options: { cwd: ROOT, env } };
}

/**
 * Room for the objects of two pages that are young at once; with V8's 16 MB most of them are copied about before they
 * die. And a heap that grows to two and a half times of what lives in it: with V8's own measure pages that have been
 * stored would stay, and with half as much again a fifth of the time goes into looking for them. And nothing is made in
 * the old space at once: where V8 finds that objects outlive its collections it may do so for good, and what seems to be
 * that cost some processes a sixth more CPU for each record. Measured in docs/benchmarks.md.
 */
const WORKER_FLAGS = [
  '--max-semi-space-size=32',
  '--heap-growing-percent=150',
  '--no-allocation-site-pretenuring',
];

/** glibc gives each of the worker's threads an arena of its own, and none gives back what it held once: 50 MB of nothing. */
const WORKER_ENV = { MALLOC_ARENA_MAX: '1' };

/** The embedded PostgreSQL. `onUrl` is told the address of the database "postgres" before each start. */
export function postgresPart({ home, postgresPort }, onUrl) {
  let url;
  return new Part({
    name: 'postgres',
    title: 'PostgreSQL',
    home,
    // Fast shutdown: open transactions are rolled back, everything else is written out.
    stopSignal: 'SIGINT',
    prepare: async () => {
      const server = await preparePostgres({
        dir: join(home, 'postgres'),
        port: postgresPort,
        durable: true,
      });
      url = server.url('postgres');
      onUrl(server.url);
      return server;
    },
    ready: (watch) => waitForPostgres({ url, ...watch, limitMs: READY_LIMIT_MS }),
  });
}

/** The development server of Temporal with its Web UI and a file database. */
export function temporalPart({ home, temporalPort, temporalUiPort, temporalNamespace }, binary) {
  const args = temporalServerArgs({
    port: temporalPort,
    uiPort: temporalUiPort,
    namespace: temporalNamespace,
    dbFile: join(home, 'temporal.db'),
  });
  return new Part({
    name: 'temporal',
    title: 'Temporal',
    home,
    prepare: () => ({ command: binary, args, options: { cwd: home } }),
    ready: (watch) =>
      waitForTemporal({
        address: `127.0.0.1:${temporalPort}`,
        namespace: temporalNamespace,
        ...watch,
        limitMs: READY_LIMIT_MS,
      }),
  });
}

/** The stand-in platform. It is for this machine alone, even where the API is not. */
export function sandboxPart({ home, sandboxPort }, env) {
  return new Part({
    name: 'sandbox',
    title: 'The sandbox platform',
    home,
    prepare: () => node('dist/sandbox/main.js', { ...env, HOST: '127.0.0.1' }),
    ready: ({ signal }) => waitFor(() => canConnect('127.0.0.1', sandboxPort, 1_000), signal),
  });
}

/** The worker. It has no address of its own: a second of life counts as a start. */
export function workerPart({ home }, env) {
  return new Part({
    name: 'worker',
    title: 'The worker',
    home,
    prepare: () => node('dist/worker.js', { ...env, ...WORKER_ENV }, WORKER_FLAGS),
    ready: () => sleep(1_000),
  });
}

/** The API. It is up when it listens: what it needs may be down for a while, and it says so itself. */
export function apiPart(settings, env) {
  const isUp = async () => (await answerOf(`${apiUrl(settings)}/healthz`)).status === 200;
  return new Part({
    name: 'api',
    title: 'The API',
    home: settings.home,
    prepare: () => node('dist/api/main.js', env),
    ready: ({ signal }) => waitFor(isUp, signal),
  });
}

/** The demo company: changes data at the sandbox platform and tells what the syncs bring. */
export function demoPart(settings, env, onLine) {
  return new Part({
    name: 'demo',
    title: 'The demo',
    home: settings.home,
    prepare: () => node('scripts/demo.mjs', { ...env, SYNCLINE_API_URL: apiUrl(settings) }),
    onLine,
  });
}

/** Waits until the API says that it and all it needs are ready; rejects with what is not. */
export async function waitUntilReady(settings, signal) {
  const url = `${apiUrl(settings)}/readyz`;
  let answer;
  const isReady = async () => {
    answer = await answerOf(url);
    return answer.status === 200;
  };
  await waitFor(isReady, signal, () => `GET /readyz answers ${answer.status} ${answer.text}`);
}

async function answerOf(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return { status: response.status, text: (await response.text()).slice(0, 300) };
  } catch {
    return { status: 0, text: '(nothing listens)' };
  }
}

async function waitFor(check, signal, reason = () => 'it does not listen') {
  const until = Date.now() + READY_LIMIT_MS;
  while (!signal?.aborted && !(await check())) {
    if (Date.now() > until)
      throw new Error(`not ready within ${READY_LIMIT_MS / 1_000} s: ${reason()}`);
    await sleep(100);
  }
}
