import { createHash } from 'node:crypto';

/** A repeatable source of numbers: the same seed text always gives the same sequence. */
export interface Random {
  /** A whole number, `min` and `max` included. */
  between(min: number, max: number): number;
  /** True with the probability `share` (0 to 1). */
  chance(share: number): boolean;
  /** One of `choices`, which must not be empty. */
  pick<C extends readonly [unknown, ...unknown[]]>(choices: C): C[number];
}

/** 32 bits that depend on every character of `text`. */
export function seedOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32LE(0);
}

/** mulberry32: small, quick, and even enough for made-up records; not for secrets. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (share) => next() < share,
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
  };
}
