import type { StandingFault } from '../support/sandbox-control';
import { MODELS, type Model } from './events';

/**
 * When a listing can last have been shuffled: such a listing may miss rows, which the platform's fault and not ours is
 * to blame for. A change that came later than that must be found.
 */
export class Shuffles {
  readonly #last = new Map<Model, number>();
  readonly #stands = new Set<Model>();

  set(model: Model | null): void {
    for (const each of model === null ? MODELS : [model]) {
      this.#stands.add(each);
      this.#last.set(each, Date.now());
    }
  }

  /** Told the faults that stand now: one that has gone since struck before this. */
  see(standing: readonly StandingFault[]): void {
    const shuffles = standing.filter((fault) => fault.kind === 'shuffle');
    for (const model of this.#stands) {
      this.#last.set(model, Date.now());
      const concerned = shuffles.some(
        (fault) => fault.resource === undefined || fault.resource === model.toLowerCase(),
      );
      if (!concerned) this.#stands.delete(model);
    }
  }

  /** -Infinity where there was none. */
  last(model: Model): number {
    return this.#stands.has(model) ? Infinity : (this.#last.get(model) ?? -Infinity);
  }
}
