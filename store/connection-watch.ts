import { Socket } from 'node:net';
import { Client, type Pool, type PoolClient } from 'pg';
import type { Answer } from './probe';

const LOOK_EVERY_MS = 250;
/** Longer than any transaction or statement of ours may take: whoever holds a connection that long waits for nothing. */
const LONGEST_HOLD_MS = 30_000;

/**
 * Gives up connections on which nothing comes any more. Where a network drops packets, or the server hangs, nobody
 * tells: the kernel would try for a quarter of an hour, and each statement, and whoever waits for it, with it. So once
 * a connection has been in use for `askAfterMs`, the server is asked on another; where it does not answer there
 * either, all connections are closed: those in use fail their statements and roll back their transactions, and those
 * that lie idle would swallow a statement each after the network has healed. Where it answers, those are closed for
 * which it waits as long as we wait for it: a network that has healed does not give back what it swallowed.
 */
export class ConnectionWatch {
  readonly #sockets = new Set<Socket>();
  readonly #held = new Map<PoolClient, number>();
  #timer: NodeJS.Timeout | undefined;
  #lastFailureAt = Number.NEGATIVE_INFINITY;
  #isAsking = false;

  constructor(
    private readonly askAfterMs: number,
    private readonly probe: () => Promise<Answer | null>,
  ) {}

  /** Makes the sockets of the pool to be watched. */
  readonly createSocket = (): Socket => {
    const socket = new Socket();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  };

  watch(pool: Pool): void {
    pool.on('connect', (client) => {
      client.on('error', () => this.#noteFailure());
    });
    pool.on('acquire', (client) => this.#held.set(client, performance.now()));
    pool.on('release', (_error, client) => this.#held.delete(client));
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Whether the server answers on a new connection; where it does not, the present ones are given up. */
  async isAnswering(): Promise<boolean> {
    const before = [...this.#sockets];
    const inUse = this.#heldFor(this.askAfterMs);
    const answer = await this.probe();
    if (answer === null) {
      this.#noteFailure();
      for (const socket of before) socket.destroy();
      return false;
    }
    for (const client of inUse) if (this.#isForsaken(client, answer)) this.#giveUp(client);
    return true;
  }

  /** Whether a connection broke, or the server did not answer, at or after this instant of `performance.now()`. */
  hasFailedSince(instant: number): boolean {
    return this.#lastFailureAt >= instant;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    for (const client of this.#heldFor(LONGEST_HOLD_MS)) this.#giveUp(client);
    if (this.#isAsking || this.#heldFor(this.askAfterMs).length === 0) return;
    this.#isAsking = true;
    await this.isAnswering();
    this.#isAsking = false;
  }

  #heldFor(ms: number): PoolClient[] {
    const latest = performance.now() - ms;
    return [...this.#held].filter(([, since]) => since < latest).map(([client]) => client);
  }

  /** Whether it is in use still, as it was when the server was asked, and waits for the server that waits for it. */
  #isForsaken(client: PoolClient, { waiting }: Answer): boolean {
    const isHeld = (this.#held.get(client) ?? Infinity) < performance.now() - this.askAfterMs;
    // Neither is in the types. A client that is ready for a statement waits for nothing.
    const isWaiting = 'readyForQuery' in client && client.readyForQuery === false;
    return isHeld && isWaiting && 'processID' in client && waiting.has(Number(client.processID));
  }

  #giveUp(client: PoolClient): void {
    this.#held.delete(client);
    this.#noteFailure();
    // The pool's own type hides that it makes whole clients. Under a statement this closes the socket at once.
    if (client instanceof Client) client.end().catch(() => undefined);
  }

  #noteFailure(): void {
    this.#lastFailureAt = performance.now();
  }
}
