import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A stretch of network between one of our processes and a server, to be broken at will:
 * - `forward`: what comes goes on.
 * - `refuse`: nobody listens, and what was open is reset.
 * - `drop`: bytes vanish both ways and nobody is told, as behind a firewall that has forgotten its connections. A
 *   connection that was open or made meanwhile stays dead for ever; only one made after the healing works again.
 */
export type NetworkState = 'forward' | 'refuse' | 'drop';

interface Pair {
  readonly near: Socket;
  readonly far: Socket | null;
  isDead: boolean;
}

export class TcpProxy {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #state: NetworkState = 'forward';
  #port = 0;
  #accepted = 0;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer((near) => this.#accept(near));
  }

  /** Listens on a free port of 127.0.0.1, for a server at `host:port`. */
  static async to(address: string): Promise<TcpProxy> {
    const at = address.lastIndexOf(':');
    const proxy = new TcpProxy({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
    await proxy.#listen(0);
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Connections that the network still carries, dead ones among them. */
  get open(): number {
    return this.#pairs.size;
  }

  /** Connections that were ever made. */
  get accepted(): number {
    return this.#accepted;
  }

  async set(state: NetworkState): Promise<void> {
    if (state === this.#state) return;
    const was = this.#state;
    this.#state = state;
    if (was === 'refuse') await this.#listen(this.#port);
    if (state === 'drop') for (const pair of this.#pairs) pair.isDead = true;
    if (state === 'refuse') await this.#shut();
  }

  /** Resets every open connection; new ones are served. */
  cut(): void {
    for (const pair of this.#pairs) end(pair);
    this.#pairs.clear();
  }

  async close(): Promise<void> {
    if (this.#state === 'refuse') return;
    this.#state = 'refuse';
    await this.#shut();
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  async #shut(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }

  #accept(near: Socket): void {
    this.#accepted += 1;
    const isDropped = this.#state === 'drop';
    const pair: Pair = {
      near,
      far: isDropped ? null : connect(this.#target),
      isDead: isDropped,
    };
    this.#pairs.add(pair);
    if (pair.far !== null) {
      this.#carry(pair, near, pair.far);
      this.#carry(pair, pair.far, near);
      return;
    }
    near.resume();
    near.on('error', () => undefined);
    near.on('close', () => this.#pairs.delete(pair));
  }

  #carry(pair: Pair, from: Socket, to: Socket): void {
    from.setNoDelay(true);
    from.on('data', (bytes) => {
      if (!pair.isDead) to.write(bytes);
    });
    from.on('error', () => undefined);
    // A half that ends on a dead stretch is not heard of at the other end.
    from.on('end', () => {
      if (!pair.isDead) to.end();
    });
    from.on('close', () => {
      if (pair.isDead && !to.destroyed) return;
      to.destroy();
      this.#pairs.delete(pair);
    });
  }
}

function end({ near, far }: Pair): void {
  near.resetAndDestroy();
  far?.resetAndDestroy();
}
