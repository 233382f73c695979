import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { RootFiClient } from 'rootfi-api';
import { startSandbox } from '../../sandbox/server';
import { makeApiKey } from '../support/api-key';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { freePort } from '../support/free-port';
import { createNamespace } from '../support/namespace';
import { ProductProcess } from '../support/product-process';
import { SandboxControl } from '../support/sandbox-control';
import { until } from '../support/until';
import { callWitness } from './witness';

const WORKERS = 2;

/**
 * What rounds are played on: the product's own processes (an API, two workers) on a database and a Temporal namespace
 * of their own, and a sandbox platform in this process.
 */
export interface Ground {
  readonly database: TestDatabase;
  readonly sandbox: SandboxControl;
  readonly temporal: Client;
  readonly url: string;
  readonly apiKey: string;
  readonly client: RootFiClient;
  readonly workers: readonly ProductProcess[];
  readonly api: ProductProcess;
  /** Processes that ended although nobody killed them. */
  readonly crashes: string[];
  /** `kill -9` of a worker; another one takes its place at once. */
  killWorker(n: number): Promise<void>;
  lastKillAt(): number;
  close(): Promise<void>;
}

export async function startGround(): Promise<Ground> {
  const database = await createTestDatabase({ max: 6 });
  await callWitness(database.db);
  const organisation = await database.db.prisma.organisation.create({ data: { name: 'Soak' } });
  const apiKey = await makeApiKey(database, organisation.id);
  const platform = await startSandbox({ port: 0, host: '127.0.0.1', home: null });
  const address = process.env['TEST_TEMPORAL_ADDRESS'] ?? '';
  const namespace = `soak-${randomBytes(6).toString('hex')}`;
  const connection = await Connection.connect({ address });
  await createNamespace(connection, namespace);
  const home = mkdtempSync(path.join(tmpdir(), 'syncline-soak-'));
  const port = await freePort();
  const env = {
    NODE_ENV: '',
    SYNCLINE_HOME: home,
    SYNCLINE_ENCRYPTION_KEY: 'a key for soaking, long enough',
    SYNCLINE_LOG_LEVEL: 'warn',
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    SANDBOX_URL: platform.url,
    HOST: '127.0.0.1',
    PORT: String(port),
    SYNCLINE_RETRY_BASE_MS: '10',
    SYNCLINE_RETRY_CAP_MS: '200',
  };
  const crashes: string[] = [];
  const part = (script: string, name: string) =>
    new ProductProcess(script, env, path.join(home, `${name}.log`), (how) => crashes.push(how));
  const api = part('dist/api/main.js', 'api');
  const workers = Array.from({ length: WORKERS }, (_, n) => part('dist/worker.js', `worker-${n}`));
  const url = `http://127.0.0.1:${port}`;
  let lastKillAt = 0;
  const ground: Ground = {
    database,
    sandbox: new SandboxControl(platform.url),
    temporal: new Client({ connection, namespace }),
    url,
    apiKey,
    client: new RootFiClient({ environment: `${url}/v3`, apiKey }),
    workers,
    api,
    crashes,
    lastKillAt: () => lastKillAt,
    async killWorker(n) {
      const worker = workers[n % workers.length];
      await worker?.kill();
      lastKillAt = Date.now();
      worker?.start();
    },
    async close() {
      await Promise.all([api, ...workers].map((each) => each.kill()));
      await connection.close();
      await platform.close();
      await database.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
  for (const each of [api, ...workers]) each.start();
  await until('the API to be ready', 60_000, async () => {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    return answer?.ok === true ? true : null;
  });
  return ground;
}
