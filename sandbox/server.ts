import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { accountingPlatform } from './accounting/platform';
import { apiRoutes } from './accounting/api-routes';
import { oauthRoutes } from './accounting/oauth-routes';
import { Refusal } from './kit/answer';
import { controlRoutes } from './kit/control-routes';
import { Tenants } from './kit/tenants';

export interface SandboxOptions {
  /** 0 takes a free port. */
  port: number;
  host: string;
  /** The state lies in `<home>/sandbox/`; null keeps nothing. */
  home: string | null;
}

export interface Sandbox {
  url: string;
  /** Writes what is left to write, breaks open connections off and frees the port; may be called again. */
  close(): Promise<void>;
}

/** Longer than any client keeps an idle connection, so that it is never us who closes under a request. */
const KEEP_ALIVE_MS = 120_000;

/** Starts the stand-in platform. Rejects where the port is taken or the state cannot be read. */
export async function startSandbox({ port, host, home }: SandboxOptions): Promise<Sandbox> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  // The port first: whoever holds it may be a process that is still writing this same state. No
  // request can come in between, as the state is read within this turn of the event loop.
  const tenants = openTenants(server, home);
  server.on('request', createApp(tenants));
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      tenants.close();
    },
  };
}

function openTenants(server: Server, home: string | null): Tenants {
  try {
    return new Tenants(accountingPlatform, home === null ? null : join(home, 'sandbox'));
  } catch (error) {
    server.close();
    throw error;
  }
}

function createApp(tenants: Tenants): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.use('/oauth', oauthRoutes(tenants));
  app.use('/api/v1', apiRoutes(tenants));
  app.use('/_control', controlRoutes(tenants));
  app.use((_req, res) => {
    res.status(404).json({ error: 'not_found' });
  });
  app.use(answerError);
  return app;
}

const answerError: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
  if (error instanceof Refusal) {
    res.status(error.status).json(error.body);
    return;
  }
  const status = statusOf(error);
  if (status >= 500) process.stderr.write(`sandbox: ${String(error)}\n`);
  res
    .status(status)
    .json(
      status >= 500
        ? { error: 'internal' }
        : { error: 'invalid_request', field: 'body', message: 'body: cannot be read' },
    );
};

/** Express marks the errors of its own parsers with a status. */
function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('status' in error)) return 500;
  return typeof error.status === 'number' ? error.status : 500;
}
