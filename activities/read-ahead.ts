import type { Cursor } from '../connectors/contract';

/** A page as the platform answered it. */
interface Fetched {
  /** null: the listing ends here. */
  readonly next: Cursor | null;
}

/** A page as it is to be stored. */
interface Prepared {
  /** How many records it holds. */
  readonly size: number;
}

interface Steps<F extends Fetched, P extends Prepared> {
  fetch(cursor: Cursor | null): Promise<F>;
  prepare(fetched: F): Promise<P>;
}

/**
 * Reads a listing ahead of whoever stores it: while some pages are stored, the following ones are fetched and prepared,
 * and while one is prepared, the platform is asked for the next already. Goes on until the pages that wait hold `most`
 * records; small ones so gather, to be stored by one statement.
 */
export class ReadAhead<F extends Fetched, P extends Prepared> {
  readonly #steps: Steps<F, P>;
  readonly #most: number;
  #waiting: P[] = [];
  #isStopped = false;
  #hasEnded = false;
  #failure: { readonly error: unknown } | null = null;
  /** Wakes whoever waits for the other side to move. Never both do: one waits for pages, the other for their going. */
  #moved: () => void = () => undefined;

  constructor(steps: Steps<F, P>, { from, most }: { from: Cursor | null; most: number }) {
    this.#steps = steps;
    this.#most = most;
    void this.#run(from);
  }

  /**
   * Pages that have come, oldest first, together at most as large as what may wait; at least one, which is waited for.
   * None at all: the listing has ended, or was stopped. Throws what a step threw, once the pages before it are taken.
   */
  async take(): Promise<readonly P[]> {
    while (this.#waiting.length === 0 && !this.#hasEnded) await this.#move();
    if (this.#waiting.length === 0 && this.#failure !== null) throw this.#failure.error;
    let size = 0;
    const beyond = this.#waiting.findIndex((page, index) => {
      size += page.size;
      return index > 0 && size > this.#most;
    });
    const taken = this.#waiting.splice(0, beyond < 0 ? this.#waiting.length : beyond);
    this.#moved();
    return taken;
  }

  /** Nothing more is asked for; what was is still to be taken. */
  stop(): void {
    this.#isStopped = true;
    this.#moved();
  }

  async #run(from: Cursor | null): Promise<void> {
    try {
      let fetching: Promise<F> | null = this.#steps.fetch(from);
      while (fetching !== null) {
        const fetched: F = await fetching;
        fetching = this.#mayGoOn() ? this.#fetchAfter(fetched) : null;
        // Read when its turn comes; a failure before that must not count as unhandled.
        fetching?.catch(() => undefined);
        this.#waiting.push(await this.#steps.prepare(fetched));
        this.#moved();
        while (fetching === null && fetched.next !== null && !this.#isStopped) {
          if (this.#mayGoOn()) fetching = this.#fetchAfter(fetched);
          else await this.#move();
        }
      }
    } catch (error) {
      this.#failure = { error };
    }
    this.#hasEnded = true;
    this.#moved();
  }

  #fetchAfter({ next }: F): Promise<F> | null {
    return next === null ? null : this.#steps.fetch(next);
  }

  #mayGoOn(): boolean {
    if (this.#isStopped) return false;
    return this.#waiting.reduce((sum, page) => sum + page.size, 0) < this.#most;
  }

  #move(): Promise<void> {
    return new Promise((resolve) => {
      this.#moved = resolve;
    });
  }
}
