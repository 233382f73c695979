import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createLogger } from './logger';
import { TcpProxy } from '../test/support/tcp-proxy';
import { until } from '../test/support/until';
import { createTemporalWaker } from './temporal';

const logger = createLogger({ process: 'test', level: 'silent' });

function wakerOf(address: string) {
  return createTemporalWaker({ address, namespace: 'default', apiKey: null, tls: null }, logger);
}

async function timed<T>(act: () => Promise<T>): Promise<{ answer: T; ms: number }> {
  const startedAt = performance.now();
  return { answer: await act(), ms: performance.now() - startedAt };
}

function serverAddress(): string {
  const address = process.env['TEST_TEMPORAL_ADDRESS'];
  if (!address) throw new Error('TEST_TEMPORAL_ADDRESS is not set: run `npm test`.');
  return address;
}

const CHANGED = { signal: 'changed', payload: { what: 'config' } } as const;

describe('waking a connection', () => {
  it('gives up within 2 s, without an error, where nothing listens', async () => {
    const waker = wakerOf('127.0.0.1:1');
    const { answer, ms } = await timed(() => waker.wakeConnection(1n, 'ROOTFI_SANDBOX', CHANGED));
    expect(answer).toBe(false);
    expect(ms).toBeLessThan(2_500);
    await waker.close();
  });

  it('gives up within 2 s where the server accepts and says nothing', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    const { port } = silent.address() as AddressInfo;
    const waker = wakerOf(`127.0.0.1:${port}`);
    const { answer, ms } = await timed(() => waker.isReachable());
    expect(answer).toBe(false);
    expect(ms).toBeLessThan(2_500);
    for (const socket of sockets) socket.destroy();
    silent.close();
    await waker.close();
  });

  it('finds the server again soon after a network that swallowed everything has healed', async () => {
    const network = await TcpProxy.to(serverAddress());
    const waker = wakerOf(network.address);
    try {
      expect(await waker.isReachable()).toBe(true);
      await network.set('drop');
      // The second and third call are made on connections that the network has swallowed from their first word.
      for (const _ of [1, 2, 3]) expect(await waker.isReachable()).toBe(false);
      await network.set('forward');
      const { ms } = await timed(() =>
        until('the server to be found', 60_000, async () =>
          (await waker.isReachable()) ? true : null,
        ),
      );
      expect(ms).toBeLessThan(10_000);
    } finally {
      await waker.close();
      await network.close();
    }
  }, 90_000);

  it('finds a server that is there', async () => {
    const waker = wakerOf(serverAddress());
    expect(await waker.isReachable()).toBe(true);
    await waker.close();
  });
});
