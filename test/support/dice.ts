/** Chance that can be thrown again: the same seed gives the same numbers. */
export class Dice {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed >>> 0;
  }

  /** The seed of `OUTAGES_SEED`, or any. */
  static fromEnvironment(): Dice {
    const given = process.env['OUTAGES_SEED'];
    return new Dice(given ? Number(given) : Math.floor(Math.random() * 2 ** 31));
  }

  /** At least 0, below `limit` (mulberry32). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit;
  }

  shuffle<T>(all: readonly T[]): T[] {
    const left = [...all];
    const drawn: T[] = [];
    while (left.length > 0) drawn.push(...left.splice(Math.floor(this.below(left.length)), 1));
    return drawn;
  }
}
