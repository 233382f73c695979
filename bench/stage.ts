import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { makeApiKey } from '../test/support/api-key';
import { createTestDatabase, type TestDatabase } from '../test/support/database';
import { freePort } from '../test/support/free-port';
import { createNamespace } from '../test/support/namespace';
import { ProductProcess } from '../test/support/product-process';
import { SandboxControl } from '../test/support/sandbox-control';
import { until } from '../test/support/until';
import { ApiCalls } from './api-calls';
import { cpuMs } from './cpu';
import type { BenchOptions } from './contract';

/** As every way to start the worker has them (scripts/lib/parts.mjs). */
const WORKER_FLAGS = [
  '--max-semi-space-size=32',
  '--heap-growing-percent=150',
  '--no-allocation-site-pretenuring',
];
const WORKER_ENV = { MALLOC_ARENA_MAX: '1' };

/** The processes of the product, each measured by itself. */
export const PARTS = ['worker', 'api', 'temporal', 'postgres', 'platform'] as const;
export type Part = (typeof PARTS)[number];
/** CPU milliseconds used so far by each; null where the system does not tell. */
export type CpuByPart = Readonly<Record<Part, number>> | null;

/** The product as it is run: built, every part a process of its own, on one machine, servers that write to disk. */
export interface Stage {
  readonly database: TestDatabase;
  readonly sandbox: SandboxControl;
  readonly api: ApiCalls;
  readonly temporal: Client;
  readonly namespace: string;
  readonly worker: ProductProcess;
  cpu(): CpuByPart;
  close(): Promise<void>;
}

export async function startStage(
  options: BenchOptions,
  env: Readonly<Record<string, string>> = {},
): Promise<Stage> {
  const database = await createTestDatabase({ max: 6 });
  await database.db.pool.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  const organisation = await database.db.prisma.organisation.create({ data: { name: 'Bench' } });
  const apiKey = await makeApiKey(database, organisation.id);
  const connection = await Connection.connect({ address: options.temporalAddress });
  const namespace = `bench-${randomBytes(6).toString('hex')}`;
  await createNamespace(connection, namespace);
  const home = mkdtempSync(path.join(tmpdir(), 'syncline-bench-'));
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const common = {
    NODE_ENV: '',
    SYNCLINE_HOME: home,
    SYNCLINE_ENCRYPTION_KEY: 'a key for benchmarks, long enough',
    SYNCLINE_LOG_LEVEL: 'warn',
    SYNCLINE_RATE_LIMIT_PER_SECOND: '100000',
    SYNCLINE_RATE_LIMIT_BURST: '100000',
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: options.temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    SANDBOX_PORT: String(sandboxPort),
    HOST: '127.0.0.1',
    PORT: String(port),
    ...env,
  };
  const start = (
    script: string,
    name: string,
    flags: readonly string[] = [],
    own: Readonly<Record<string, string>> = {},
  ) => {
    const log = path.join(home, `${name}.log`);
    const part = new ProductProcess(
      script,
      { ...common, ...own },
      log,
      (how) => {
        process.stderr.write(`${how}\n`);
        process.exit(1);
      },
      [...flags, ...profiled(options, name)],
    );
    part.start();
    return part;
  };
  const sandbox = start('dist/sandbox/main.js', 'platform');
  const api = start('dist/api/main.js', 'api');
  const worker = start('dist/worker.js', 'worker', WORKER_FLAGS, WORKER_ENV);
  const url = `http://127.0.0.1:${port}`;
  await until('the API and the platform', 60_000, async () => {
    const [ready, platform] = await Promise.all(
      [`${url}/readyz`, `http://127.0.0.1:${sandboxPort}/healthz`].map((each) =>
        fetch(each).catch(() => null),
      ),
    );
    return ready?.ok === true && platform?.ok === true ? true : null;
  });
  const pids = {
    worker: () => worker.pid,
    api: () => api.pid,
    temporal: () => options.pids.temporal,
    postgres: () => options.pids.postgres,
    platform: () => sandbox.pid,
  };
  return {
    database,
    sandbox: new SandboxControl(`http://127.0.0.1:${sandboxPort}`),
    api: new ApiCalls(url, apiKey),
    temporal: new Client({ connection, namespace }),
    namespace,
    worker,
    cpu: () => readCpu(pids),
    async close() {
      await Promise.all([worker, api, sandbox].map((part) => part.stop()));
      await connection.close();
      await database.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** With `--profile DIR` each of our processes writes a CPU profile when it ends. */
function profiled({ profileDir }: BenchOptions, name: string): string[] {
  if (profileDir === null) return [];
  const dir = path.join(profileDir, name);
  mkdirSync(dir, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${dir}`];
}

function readCpu(pids: Readonly<Record<Part, () => number>>): CpuByPart {
  const used = { worker: 0, api: 0, temporal: 0, postgres: 0, platform: 0 };
  for (const part of PARTS) {
    const ms = cpuMs(pids[part]());
    if (ms === null) return null;
    used[part] = ms;
  }
  return used;
}

/** What each part used between two readings. */
export function cpuBetween(before: CpuByPart, after: CpuByPart): CpuByPart {
  if (before === null || after === null) return null;
  const used = { ...after };
  for (const part of PARTS) used[part] = after[part] - before[part];
  return used;
}
