import { createRandom, seedOf } from '../../kit/random';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/**
 * The times of last change of `count` records: all different, spread over the year before `nowMs`,
 * the last exactly an hour before it, and in no order, so that who relies on one is found out.
 */
export function lastChanges(request: { seed: string; count: number; nowMs: number }): Float64Array {
  const { seed, count, nowMs } = request;
  const random = createRandom(seedOf(`${seed}/times`));
  const last = nowMs - HOUR_MS;
  const slotMs = (YEAR_MS - HOUR_MS) / Math.max(1, count);
  const times = new Float64Array(count);
  const order = permutation(count, random.between);
  for (let index = 0; index < count; index += 1) {
    const slot = order(index);
    // The jitter stays inside the slot's first half: no two times can meet.
    const jitterMs = slot === 0 ? 0 : random.between(0, Math.floor(slotMs / 2));
    times[index] = Math.floor(last - slot * slotMs) - jitterMs;
  }
  return times;
}

/** An affine one: a step that shares no divisor with `count` visits every place once. */
function permutation(
  count: number,
  between: (min: number, max: number) => number,
): (index: number) => number {
  if (count < 2) return () => 0;
  let step = between(1, count - 1);
  while (greatestCommonDivisor(step, count) !== 1) step = step === count - 1 ? 1 : step + 1;
  const start = between(0, count - 1);
  return (index) => (index * step + start) % count;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
