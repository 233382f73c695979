import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Bench, BenchResult } from './contract';
import { bench as fleet } from './fleet';
import { bench as ingest } from './ingest';
import { shown } from './numbers';
import { bench as reads } from './reads';
import { bench as ticks } from './ticks';

/**
 * The small forms of the four others, held against `baseline.json`: ratios and counts alone, which a slower machine
 * leaves as they are. The limits there have room for noise.
 */
const BENCHES = { ingest, ticks, reads, fleet } as const;

/** What a figure was when the file was written, and what it must not fall below or go beyond. */
interface Limit {
  readonly measured: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

type Baseline = Readonly<Record<keyof typeof BENCHES, Readonly<Record<string, Limit>>>>;

export const bench: Bench = async (options) => {
  const baseline = readBaseline();
  const rows: string[][] = [];
  const figures: Record<string, number | null> = {};
  let failed = false;
  for (const name of ['ingest', 'ticks', 'reads', 'fleet'] as const) {
    const result = await BENCHES[name]({ ...options, small: true });
    for (const [figure, limit] of Object.entries(baseline[name])) {
      const now = numberOf(result, figure);
      const isWithin = keeps(now, limit);
      failed ||= !isWithin;
      figures[`${name}_${figure}`] = now;
      rows.push([
        `${name}: ${figure}`,
        shown(now),
        shown(limit.measured),
        limitWords(limit),
        isWithin ? '' : 'beyond its limit',
      ]);
    }
  }
  return {
    figures,
    tables: [[['Figure', 'now', 'in the file', 'limit', ''], ...rows]],
    failed,
  };
};

function readBaseline(): Baseline {
  return JSON.parse(readFileSync(path.join(__dirname, 'baseline.json'), 'utf8')) as Baseline;
}

/** A figure that could not be measured here (CPU times, where the system does not tell them) is null. */
function numberOf({ figures }: BenchResult, name: string): number | null {
  const value = figures[name];
  if (value === undefined)
    throw new Error(`No benchmark answers ${name}: mend bench/baseline.json`);
  return typeof value === 'number' ? value : null;
}

function keeps(now: number | null, { atLeast, atMost }: Limit): boolean {
  if (now === null) return true;
  return (
    now >= (atLeast ?? Number.NEGATIVE_INFINITY) && now <= (atMost ?? Number.POSITIVE_INFINITY)
  );
}

function limitWords({ atLeast, atMost }: Limit): string {
  return [
    ...(atLeast === undefined ? [] : [`≥ ${shown(atLeast)}`]),
    ...(atMost === undefined ? [] : [`≤ ${shown(atMost)}`]),
  ].join(', ');
}
