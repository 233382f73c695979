import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RootFiClient } from 'rootfi-api';
import { createApp } from '../../api/app';
import { answerClientErrors } from '../../api/http/client-error';
import { createSignInLimit } from '../../api/http/sign-in-limit';
import type { ApiDeps } from '../../api/deps';
import { watchCompanies } from '../../api/live/company-changes';
import { createPlatforms } from '../../api/platforms';
import { CONNECTORS } from '../../connectors/registry';
import { createLogger } from '../../infra/logger';
import { createSealer } from '../../infra/secrets';
import type { TemporalWaker, WakeMessage } from '../../infra/temporal';
import { startSandbox } from '../../sandbox/server';
import { makeApiKey } from './api-key';
import { apiTestConfig } from './api-config';
import { createTestDatabase, type TestDatabase } from './database';
import { SandboxControl } from './sandbox-control';

/** The API over HTTP, on a database of its own, beside a sandbox platform; Temporal is a notebook of what it was told. */
export interface TestApi {
  readonly url: string;
  readonly deps: ApiDeps;
  readonly database: TestDatabase;
  readonly sandbox: SandboxControl;
  readonly woken: { connectionId: bigint; platform: string; message: WakeMessage }[];
  readonly server: Server;
  /** An organisation with a key: a new one, or one that is there already. */
  organisation(name?: string, id?: bigint): Promise<TestOrganisation>;
  close(): Promise<void>;
}

export interface TestOrganisation {
  readonly id: bigint;
  readonly apiKey: string;
  /** The published client, with this organisation's key. */
  readonly client: RootFiClient;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape.
  readonly body: any;
}

export interface StartOptions {
  readonly rateLimit?: { perSecond: number; burst: number };
  readonly waker?: TemporalWaker;
  /** A database and a sandbox platform that are there already, and stay when the API closes. */
  readonly on?: { readonly database: TestDatabase; readonly sandbox: SandboxControl };
  readonly change?: (deps: ApiDeps) => ApiDeps;
}

export async function startApi(options: StartOptions = {}): Promise<TestApi> {
  const { database, sandbox, release } = await ground(options.on);
  const woken: TestApi['woken'] = [];
  const server = createServer();
  const url = await listen(server);
  const logger = createLogger({ process: 'test', level: process.env['TEST_LOG'] ?? 'silent' });
  const plain: ApiDeps = {
    db: database.db,
    sealer: createSealer('a key for tests, long enough'),
    platforms: createPlatforms(
      CONNECTORS,
      { sandboxUrl: sandbox.url },
      { allowPrivateTargets: true, logger },
    ),
    waker: options.waker ?? notebook(woken),
    signInLimit: createSignInLimit(),
    logger,
    changes: watchCompanies({ db: database.db, logger }),
    config: {
      ...apiTestConfig(url),
      ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
    },
    checkResponses: true,
  };
  const deps = options.change?.(plain) ?? plain;
  server.on('request', createApp(deps));
  answerClientErrors(server);
  return {
    url,
    deps,
    database,
    sandbox,
    woken,
    server,
    organisation: (name = 'Test', id) => makeOrganisation(database, url, name, id),
    async close() {
      deps.changes.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await release();
    },
  };
}

async function ground(on: StartOptions['on']) {
  if (on !== undefined) return { ...on, release: async () => undefined };
  const database = await createTestDatabase();
  const platform = await startSandbox({ port: 0, host: '127.0.0.1', home: null });
  return {
    database,
    sandbox: new SandboxControl(platform.url),
    async release() {
      await platform.close();
      await database.drop();
    },
  };
}

/** One request, as it is: no client in between. */
export async function call(
  url: string,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const { body, headers = {} } = options;
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

async function makeOrganisation(
  database: TestDatabase,
  url: string,
  name: string,
  existing?: bigint,
): Promise<TestOrganisation> {
  const id = existing ?? (await database.db.prisma.organisation.create({ data: { name } })).id;
  const apiKey = await makeApiKey(database, id);
  return {
    id,
    apiKey,
    client: new RootFiClient({ environment: `${url}/v3`, apiKey }),
    call: (method, path, options = {}) =>
      call(url, method, path, {
        ...options,
        headers: { api_key: apiKey, ...options.headers },
      }),
  };
}

function notebook(woken: TestApi['woken']): TemporalWaker {
  return {
    async wakeConnection(connectionId, platform, message) {
      woken.push({ connectionId, platform, message });
      return true;
    },
    isReachable: async () => true,
    workers: async () => [],
    close: async () => undefined,
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
