import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from '../../activities';
import { credentialsPlace } from '../../activities/access';
import type { ActivityDeps } from '../../activities/deps';
import { createRequestLog } from '../../activities/request-log';
import type { Connector } from '../../connectors/contract';
import { createSendTo } from '../../connectors/engine/token-call';
import { CONNECTORS } from '../../connectors/registry';
import type { SyncMode } from '../../core/names';
import type { SyncConfigEntry } from '../../core/sync-config';
import type { DataModel } from '../../core/unified/models';
import { createLogger, type Logger } from '../../infra/logger';
import { createSealer } from '../../infra/secrets';
import { signalConnection } from '../../infra/temporal';
import { startSandbox } from '../../sandbox/server';
import { createConnection, deleteConnection } from '../../store/connections';
import { requestStore } from '../../store/request-log';
import { requestSync } from '../../store/requests';
import { TASK_QUEUE } from '../../workflows/contract';
import { createTestDatabase, type TestDatabase } from './database';
import { FaultPoints } from './fault-points';
import { createNamespace } from './namespace';
import { quietLogger } from './quiet-logger';
import { SandboxControl } from './sandbox-control';
import { until } from './until';
import { workflowBundle } from './workflow-bundle';

/**
 * Everything a sync needs, real and of a test's own: a database, a Temporal namespace with a worker in this process,
 * and a sandbox platform over HTTP. Back-offs take milliseconds.
 */
export interface Stack {
  readonly database: TestDatabase;
  readonly sandbox: SandboxControl;
  readonly temporal: Client;
  readonly organisationId: bigint;
  /** What the worker's activities work with. */
  readonly deps: ActivityDeps;
  /** For a worker of the test's own. */
  readonly workerConnection: NativeConnection;
  /** Arms named moments of its chunks. */
  readonly points: FaultPoints;
  /** Starts the worker again after `stopWorker`. */
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  /** Connects a sandbox tenant as the API does; null = the organisation's sync config. */
  connect(
    tenantId: string,
    syncConfig: SyncConfigEntry[] | null,
    how?: ConnectHow,
  ): Promise<bigint>;
  /** Requests a sync as the API does, but tells no one: its jobs stay queued until the connection is woken. */
  request(connectionId: bigint, request?: SyncAsk): Promise<string>;
  /** Requests a sync as the API does, and wakes the connection. */
  sync(connectionId: bigint, request?: SyncAsk): Promise<string>;
  /** Waits until a sync has ended; throws past `timeoutMs`. */
  ended(syncId: string, timeoutMs?: number): Promise<EndedSync>;
  /** The newest sync of a connection that `which` accepts, once it has ended. */
  endedOf(connectionId: bigint, which: { trigger: string }, timeoutMs?: number): Promise<EndedSync>;
  /** Has the connection's workflow look, as the API does after every change. */
  wake(connectionId: bigint): Promise<void>;
  /** Deletes a connection as the API does. */
  deleteConnection(connectionId: bigint): Promise<void>;
  close(): Promise<void>;
}

export interface ConnectHow {
  /** The connector's `integrationType`; default: the sandbox's own. */
  platform?: string;
  /** An existing company; default: a new one. */
  companyId?: bigint;
}

export interface StackOptions {
  /** Connectors beside the product's own. Read at every look-up: a test may put another version in its place. */
  connectors?: Connector[];
  backoff?: { baseMs: number; capMs: number };
  /** Bound of one platform call; a second by default, which the sandbox always keeps. */
  callTimeoutMs?: number;
  logLevel?: string;
  /** In place of one of that level on standard output. */
  logger?: Logger;
  /** How far the database's clock is ahead of everyone else's. */
  databaseClockOffsetMs?: number;
  /** As in production. */
  refusePrivateTargets?: boolean;
}

export interface SyncAsk {
  mode?: SyncMode;
  models?: { dataModel: DataModel; since: Date | null }[] | null;
  allowMassDelete?: boolean;
}

export interface EndedSync {
  readonly syncId: string;
  readonly status: string;
  readonly jobs: readonly EndedJob[];
}

export interface EndedJob {
  readonly dataModel: string;
  readonly state: string;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly deletionsHeld: number;
  readonly sweepSkipped: boolean;
  readonly missedTicks: number;
  readonly sleptMs: number;
}

const SANDBOX = 'ROOTFI_SANDBOX';
const FAST_BACKOFF = { baseMs: 5, capMs: 50 };

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const database = await createTestDatabase({
    max: 20,
    clockOffsetMs: options.databaseClockOffsetMs ?? 0,
  });
  const server = await startSandbox({ port: 0, host: '127.0.0.1', home: null });
  const address = process.env['TEST_TEMPORAL_ADDRESS'] ?? '';
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const clientConnection = await Connection.connect({ address });
  await createNamespace(clientConnection, namespace);
  const temporal = new Client({ connection: clientConnection, namespace });
  const nativeConnection = await NativeConnection.connect({ address });
  const sealer = createSealer('a key for tests, long enough');
  const settings = { sandboxUrl: server.url };
  const organisation = await database.db.prisma.organisation.create({ data: { name: 'Test' } });
  const findConnector = (integrationType: string) =>
    [...(options.connectors ?? []), ...CONNECTORS].find(
      (connector) => connector.integrationType === integrationType,
    );
  let running: { worker: Worker; ended: Promise<void> } | null = null;
  const stopping = { asked: false };
  const points = new FaultPoints();
  const requestLog = createRequestLog(
    requestStore(database.db),
    createLogger({ process: 'test', level: 'silent' }),
  );
  const deps: ActivityDeps = {
    db: database.db,
    sealer,
    logger:
      options.logger ?? createLogger({ process: 'test', level: options.logLevel ?? 'silent' }),
    temporal,
    findConnector,
    settings,
    refusePrivateTargets: options.refusePrivateTargets ?? false,
    backoff: options.backoff ?? FAST_BACKOFF,
    callTimeoutMs: options.callTimeoutMs ?? 1_000,
    retention: { quietDays: 7, allDays: 90, requestLogDays: 7 },
    requestLog,
    isStopping: () => stopping.asked,
    reach: points.reach,
  };

  const stack: Stack = {
    database,
    sandbox: new SandboxControl(server.url),
    temporal,
    organisationId: organisation.id,
    deps,
    points,
    workerConnection: nativeConnection,
    async startWorker() {
      stopping.asked = false;
      const worker = await Worker.create({
        connection: nativeConnection,
        namespace,
        taskQueue: TASK_QUEUE,
        workflowBundle: await workflowBundle(),
        activities: createActivities(deps),
        shutdownGraceTime: 5_000,
      });
      running = { worker, ended: worker.run() };
    },
    async stopWorker() {
      if (running === null) return;
      stopping.asked = true;
      running.worker.shutdown();
      await running.ended;
      running = null;
    },
    async connect(tenantId, syncConfig, how = {}) {
      const connector = findConnector(how.platform ?? SANDBOX);
      if (connector === undefined) throw new Error(`No connector ${how.platform}`);
      const authorised = await connector.auth.authorise(
        { tenant_id: tenantId },
        createSendTo(connector),
        settings,
      );
      const { connectionId } = await createConnection(database.db, {
        organisationId: organisation.id,
        company:
          how.companyId === undefined ? { name: `Company of ${tenantId}` } : { id: how.companyId },
        integrationType: connector.integrationType,
        category: connector.category,
        account: authorised.account,
        settings: {},
        expiresAt: authorised.expiresAt,
        seal: (id) => sealer.seal(authorised.secrets, credentialsPlace(id)),
        readableModels: Object.keys(connector.streams) as DataModel[],
        syncConfig,
      });
      await stack.wake(connectionId);
      return connectionId;
    },
    async request(connectionId, ask = {}) {
      const { syncId } = await requestSync(database.db, {
        organisationId: organisation.id,
        connectionId,
        mode: ask.mode ?? 'incremental',
        models: ask.models ?? null,
        allowMassDelete: ask.allowMassDelete ?? false,
        trigger: 'manual',
        idempotency: null,
      });
      return syncId;
    },
    async sync(connectionId, ask = {}) {
      const syncId = await stack.request(connectionId, ask);
      await stack.wake(connectionId);
      return syncId;
    },
    ended: (syncId, timeoutMs = 20_000) =>
      until(`sync ${syncId} to end`, timeoutMs, () => readEnded(database, syncId)),
    endedOf: (connectionId, which, timeoutMs = 20_000) =>
      until(`a sync (${which.trigger}) to end`, timeoutMs, async () => {
        const newest = await database.db.prisma.sync.findFirst({
          where: { connectionId, trigger: which.trigger },
          orderBy: { id: 'desc' },
        });
        return newest === null ? null : readEnded(database, newest.syncId);
      }),
    async wake(connectionId) {
      const { integrationType } = await database.db.prisma.connection.findUniqueOrThrow({
        where: { id: connectionId },
      });
      await signalConnection(temporal, connectionId.toString(), integrationType, {
        signal: 'changed',
        payload: { what: 'config' },
      });
    },
    async deleteConnection(connectionId) {
      await deleteConnection(database.db, { organisationId: organisation.id, connectionId });
      await stack.wake(connectionId);
    },
    async close() {
      await stack.stopWorker();
      await requestLog.close();
      await nativeConnection.close();
      await clientConnection.close();
      await server.close();
      await database.drop();
    },
  };
  await stack.startWorker();
  return stack;
}

/** An entry of a sync config with the defaults of tests. */
export function entry(dataModel: DataModel, more: Partial<SyncConfigEntry> = {}): SyncConfigEntry {
  return { data_model: dataModel, enabled: true, frequency: 'YEARLY', interval: 1, ...more };
}

async function readEnded(database: TestDatabase, syncId: string): Promise<EndedSync | null> {
  const sync = await database.db.prisma.sync.findUnique({ where: { syncId } });
  if (sync === null || sync.endedAt === null) return null;
  const jobs = await database.db.prisma.syncJob.findMany({
    where: { syncId: sync.id },
    orderBy: { dataModel: 'asc' },
  });
  return {
    syncId,
    status: sync.status,
    jobs: jobs.map((job) => ({
      dataModel: job.dataModel,
      state: job.state,
      errorCode: job.errorCode,
      errorMessage: job.errorMessage,
      counts: (job.counts ?? {}) as Record<string, number>,
      deletionsHeld: job.deletionsHeld,
      sweepSkipped: job.sweepSkipped,
      missedTicks: job.missedTicks,
      sleptMs: Number(job.sleptMs),
    })),
  };
}

try {
  Runtime.install({ logger: quietLogger, shutdownSignals: [] });
} catch {
  // Installed by another test file of the same process.
}

export { until };
