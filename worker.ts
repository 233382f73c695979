import { existsSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from './activities';
import { createRequestLog } from './activities/request-log';
import { CALL_TIMEOUT_MS } from './activities/platform-calls';
import { closePlatformConnections } from './connectors/engine/call';
import { findConnector } from './connectors/registry';
import { configOrExit, workerConfig } from './infra/config';
import { createLogger, type Logger } from './infra/logger';
import { createSealer, encryptionKeyText } from './infra/secrets';
import { temporalAddress } from './infra/temporal';
import { temporalLogger } from './infra/temporal-logger';
import { ensureRepairSchedule } from './infra/repair-schedule';
import { createDatabase } from './store/database';
import { requestStore } from './store/request-log';
import { TASK_QUEUE } from './workflows/contract';

/** Activities running at once; most of them wait for platforms, so far more than cores. */
const MAX_ACTIVITIES = 100;
/** How long a running activity may go on after the worker is told to stop: its page is stored, then it hands back. */
const GRACE_MS = 25_000;
const FORCE_MS = 35_000;

async function main(): Promise<void> {
  const config = configOrExit(workerConfig);
  const logger = createLogger({ process: 'worker', level: config.logLevel });
  Runtime.install({ logger: temporalLogger(logger), shutdownSignals: [] });
  const stopping = { asked: false };
  const db = createDatabase(config.database.url, { max: config.database.pool });
  const requestLog = createRequestLog(requestStore(db), logger);
  const connection = await NativeConnection.connect(temporalAddress(config.temporal));
  // On the worker's own connection, which notices by itself that a network swallows what it sends.
  const client = new Client({ connection, namespace: config.temporal.namespace });
  const worker = await Worker.create({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: TASK_QUEUE,
    ...workflowSource(),
    activities: createActivities({
      db,
      sealer: createSealer(encryptionKeyText(config)),
      logger,
      temporal: client,
      findConnector,
      settings: { sandboxUrl: config.sandboxUrl },
      refusePrivateTargets: !config.allowPrivateTargets,
      backoff: config.retry,
      callTimeoutMs: CALL_TIMEOUT_MS,
      retention: {
        quietDays: config.keepDays.quietSyncs,
        allDays: config.keepDays.syncs,
        requestLogDays: config.keepDays.requestLog,
      },
      requestLog,
      isStopping: () => stopping.asked,
    }),
    maxConcurrentActivityTaskExecutions: MAX_ACTIVITIES,
    shutdownGraceTime: GRACE_MS,
    shutdownForceTime: FORCE_MS,
  });
  stopOnSignal(worker, logger, stopping);
  await ensureRepairSchedule(client, logger);
  logger.info({ taskQueue: TASK_QUEUE }, 'worker started');
  await worker.run();
  await requestLog.close();
  await Promise.allSettled([db.close(), closePlatformConnections(), connection.close()]);
  logger.info('worker stopped');
}

/** The bundle made by the build; from source (development) the SDK bundles at start. */
function workflowSource(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const codePath = path.join(__dirname, 'workflow-bundle.js');
  return existsSync(codePath)
    ? { workflowBundle: { codePath } }
    : { workflowsPath: require.resolve('./workflows') };
}

function stopOnSignal(worker: Worker, logger: Logger, stopping: { asked: boolean }): void {
  const stop = (signal: NodeJS.Signals) => {
    if (stopping.asked) return;
    stopping.asked = true;
    logger.info({ signal }, 'worker stopping: running chunks store their page and hand back');
    worker.shutdown();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(
    `The worker cannot run: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
});
