import { randomBytes } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { startSandbox } from '../../sandbox/server';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { Installation } from '../support/installation';
import { createNamespace } from '../support/namespace';
import { SandboxControl } from '../support/sandbox-control';
import { TcpProxy } from '../support/tcp-proxy';

/** An installation that reaches its database, its Temporal server and its platform over networks that can be broken. */
export interface BehindProxies {
  readonly installation: Installation;
  readonly database: TestDatabase;
  /** The platform's control interface, on a network of its own that never breaks. */
  readonly platform: SandboxControl;
  readonly to: Readonly<Record<'database' | 'temporal' | 'platform', TcpProxy>>;
  close(): Promise<void>;
}

export async function startBehindProxies(): Promise<BehindProxies> {
  const database = await createTestDatabase();
  const temporalAddress = process.env['TEST_TEMPORAL_ADDRESS'] ?? '';
  const sandbox = await startSandbox({ port: 0, host: '127.0.0.1', home: null });
  const databaseUrl = new URL(database.url);
  const to = {
    database: await TcpProxy.to(databaseUrl.host),
    temporal: await TcpProxy.to(temporalAddress),
    platform: await TcpProxy.to(new URL(sandbox.url).host),
  };
  databaseUrl.host = to.database.address;
  const namespace = `outages-${randomBytes(6).toString('hex')}`;
  await makeNamespace(temporalAddress, namespace);
  const installation = await Installation.create();
  await installation.start({
    DATABASE_URL: databaseUrl.href,
    TEMPORAL_ADDRESS: to.temporal.address,
    TEMPORAL_NAMESPACE: namespace,
    SANDBOX_URL: `http://${to.platform.address}`,
  });
  return {
    installation,
    database,
    platform: new SandboxControl(sandbox.url),
    to,
    async close() {
      await Promise.all(Object.values(to).map((proxy) => proxy.set('forward')));
      await installation.remove();
      await Promise.all(Object.values(to).map((proxy) => proxy.close()));
      await sandbox.close();
      await database.drop();
    },
  };
}

async function makeNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await createNamespace(connection, namespace);
  } finally {
    await connection.close();
  }
}
