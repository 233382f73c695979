import type { CallEnd } from '../store/quota';

/**
 * Calls that have ended and still hold their place. A call that follows at once takes the ending of the one before with
 * it into the ledger; where none does, it is written by itself, while the answer is worked on.
 */
export class CallEndings {
  #waiting: CallEnd | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly write: (end: CallEnd) => Promise<void>) {}

  add(end: CallEnd): void {
    this.#flush();
    this.#waiting = end;
    setImmediate(() => this.#flush());
  }

  /** What the next call is to take with it; waits for what is being written. */
  async take(): Promise<CallEnd | null> {
    await this.#writing;
    const taken = this.#waiting;
    this.#waiting = null;
    return taken;
  }

  async settled(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    if (this.#waiting === null) return;
    const end = this.#waiting;
    this.#waiting = null;
    const before = this.#writing;
    this.#writing = this.write(end).then(() => before);
    // Read by whoever comes next; a failure before that must not count as unhandled.
    this.#writing.catch(() => undefined);
  }
}
