import { createServer } from 'node:http';
import path from 'node:path';
import { CONNECTORS } from '../connectors/registry';
import { apiConfig, configOrExit } from '../infra/config';
import { createLogger } from '../infra/logger';
import { createSealer, encryptionKeyText } from '../infra/secrets';
import { onShutdown } from '../infra/shutdown';
import { createTemporalWaker } from '../infra/temporal';
import { listApiKeys } from '../store/api-keys';
import { createDatabase } from '../store/database';
import { createApp } from './app';
import { CALLER_PATIENCE } from './http/outage';
import { answerClientErrors } from './http/client-error';
import { createSignInLimit } from './http/sign-in-limit';
import { watchCompanies } from './live/company-changes';
import { createPlatforms } from './platforms';

/** The API process. It starts and answers while the database or Temporal is down, and says so. */

const SHUTDOWN_LIMIT_MS = 15_000;
/** Slower senders are cut off, so that they cannot hold connections for ever. */
const REQUEST_LIMIT_MS = 30_000;
const HEADERS_LIMIT_MS = 10_000;
/** Longer than clients and proxies keep an idle connection, so that it is not us who closes under a request of theirs. */
const KEEP_ALIVE_MS = 75_000;

function main(): void {
  const config = configOrExit(apiConfig);
  const logger = createLogger({ process: 'api', level: config.logLevel });
  const db = createDatabase(config.database.url, {
    max: config.database.pool,
    patience: CALLER_PATIENCE,
  });
  const waker = createTemporalWaker(config.temporal, logger);
  const changes = watchCompanies({ db, logger });
  const app = createApp({
    db,
    sealer: createSealer(encryptionKeyText(config)),
    platforms: createPlatforms(
      CONNECTORS,
      { sandboxUrl: config.sandboxUrl, sandboxPublicUrl: config.sandboxPublicUrl },
      { allowPrivateTargets: config.allowPrivateTargets, logger },
    ),
    waker,
    signInLimit: createSignInLimit(),
    changes,
    logger,
    config,
    webRoot: path.join(__dirname, '..', 'web'),
  });
  const server = createServer(
    {
      requestTimeout: REQUEST_LIMIT_MS,
      headersTimeout: HEADERS_LIMIT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    app,
  );
  answerClientErrors(server);
  server.on('error', (error: NodeJS.ErrnoException) => {
    process.stderr.write(`${listenProblem(error, config.host, config.port)}\n`);
    process.exit(1);
  });
  // The first query of a process takes a second or two, while Prisma loads its engine: not in a caller's time. Where
  // the database is down it fails within 3 s, and callers hear of that.
  void listApiKeys(db, 0n)
    .catch(() => undefined)
    .then(() => {
      server.listen(config.port, config.host, () => {
        logger.info({ address: server.address() }, 'listening');
      });
    });
  onShutdown(
    [
      {
        name: 'http',
        close: () =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            // Streams do not end by themselves.
            changes.close();
            server.closeIdleConnections();
          }),
      },
      { name: 'temporal', close: () => waker.close() },
      { name: 'database', close: () => db.close() },
    ],
    { limitMs: SHUTDOWN_LIMIT_MS, logger },
  );
}

function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `PORT ${port} is in use on ${host}: stop what listens there, or set PORT to another one.`;
    case 'EACCES':
      return `PORT ${port} may not be used by this user: set PORT to one above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST ${host} is not an address of this machine.`;
    default:
      return `The API cannot listen on ${host}:${port} (${error.code ?? error.name}).`;
  }
}

main();
