import { percentile } from './numbers';

/** How often to do a thing: so often, or for so long where it is slow. */
export interface Effort {
  readonly warmUp: number;
  readonly times: number;
  readonly limitMs: number;
}

/** One thing done again and again, never two at once. */
export interface Serial {
  readonly times: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU milliseconds each time, by process; null where the system does not tell. */
  readonly cpuMs: Readonly<Record<string, number>> | null;
}

/** The least number of times that a percentile is taken of, however slow the thing is. */
const FEWEST = 3;

/** Does a thing over and over and times it; `cpu` tells what each process has used so far. */
export async function measureSerially(
  act: () => Promise<void>,
  cpu: () => Readonly<Record<string, number>> | null,
  { warmUp, times, limitMs }: Effort,
): Promise<Serial> {
  await repeat(act, { fewest: 1, times: warmUp, limitMs: limitMs / 4 });
  const before = cpu();
  const each = await repeat(act, { fewest: FEWEST, times, limitMs });
  const after = cpu();
  return {
    times: each.length,
    p50Ms: percentile(each, 0.5),
    p99Ms: percentile(each, 0.99),
    cpuMs:
      before === null || after === null
        ? null
        : Object.fromEntries(
            Object.entries(after).map(([name, ms]) => [
              name,
              (ms - (before[name] ?? 0)) / each.length,
            ]),
          ),
  };
}

async function repeat(
  act: () => Promise<void>,
  { fewest, times, limitMs }: { fewest: number; times: number; limitMs: number },
): Promise<number[]> {
  const each: number[] = [];
  const from = performance.now();
  while (each.length < times && (each.length < fewest || performance.now() - from < limitMs)) {
    const at = performance.now();
    await act();
    each.push(performance.now() - at);
  }
  return each;
}
