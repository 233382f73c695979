import type { BenchResult } from './contract';
import { median, rounded, shown } from './numbers';
import type { RawIngestOutput } from './raw/ingest';
import { type CpuByPart, PARTS } from './stage';

/** What the ingest benchmark measured, and how it is told. */

/** One load as it was measured; `cpu` by process, in milliseconds of the whole load. */
export interface Load {
  readonly records: number;
  readonly ms: number;
  readonly cpu: CpuByPart;
}

export interface Round {
  readonly raw: RawIngestOutput;
  /** The raw loop that stores the bytes we store: both documents, both hashes. */
  readonly rawBoth: RawIngestOutput;
  readonly initial: Load;
  readonly unchanged: Load & { readonly rewritten: number };
  readonly changed: Load & { readonly rewritten: number };
}

export interface Latent {
  readonly recordsPerSecond: number;
  /** What callers reach in the same run that parse what they are answered, and keep nothing. */
  readonly callersPerSecond: number;
  /** What the platform took for a call of ours. */
  readonly callMs: number;
  /** What latency, page size and concurrency set, were all else free. */
  readonly limit: number;
}

export interface Memory {
  readonly records: number;
  readonly peakMb: number;
  readonly atTenthPageMb: number;
  readonly atLastPageMb: number;
}

export function perSecond({ records, ms }: { records: number; ms: number }): number {
  return (records * 1_000) / ms;
}

interface Measured {
  readonly large: readonly Round[];
  readonly small: readonly Round[];
  readonly latent: Latent;
  readonly memory: Memory | null;
}

export function reportOf({ large, small, latent, memory }: Measured): BenchResult {
  const middle = (
    rounds: readonly Round[],
    which: (round: Round) => { records: number; ms: number },
  ) => median(rounds.map((round) => perSecond(which(round))));
  const raw = middle(large, (round) => round.raw);
  const rawBoth = middle(large, (round) => round.rawBoth);
  const rawBothSmall = middle(small, (round) => round.rawBoth);
  const rawSmall = middle(small, (round) => round.raw);
  const initial = middle(large, (round) => round.initial);
  const initialSmall = middle(small, (round) => round.initial);
  const unchanged = middle(large, (round) => round.unchanged);
  const changed = middle(large, (round) => round.changed);
  const rewritten = Math.max(...large.map((round) => round.unchanged.rewritten));
  const ratios = large.map((round) => perSecond(round.initial) / perSecond(round.raw));
  return {
    figures: {
      ratio: rounded(initial / raw),
      records_per_s: rounded(initial),
      raw_records_per_s: rounded(raw),
      ratios: ratios.map(rounded),
      ratio_same_bytes: rounded(initial / rawBoth),
      raw_same_bytes_records_per_s: rounded(rawBoth),
      ratio_small_pages: rounded(initialSmall / rawSmall),
      ratio_same_bytes_small_pages: rounded(initialSmall / rawBothSmall),
      records_per_s_small_pages: rounded(initialSmall),
      raw_records_per_s_small_pages: rounded(rawSmall),
      unchanged_records_per_s: rounded(unchanged),
      unchanged_to_initial: rounded(unchanged / initial),
      unchanged_rows_rewritten: rewritten,
      changed_records_per_s: rounded(changed),
      changed_rows_rewritten: Math.max(...large.map((round) => round.changed.rewritten)),
      latent_records_per_s: rounded(latent.recordsPerSecond),
      latent_call_ms: rounded(latent.callMs),
      latent_ratio: rounded(latent.recordsPerSecond / latent.limit),
      latent_ratio_to_callers: rounded(latent.recordsPerSecond / latent.callersPerSecond),
      peak_memory_mb: memory === null ? null : rounded(memory.peakMb),
      memory_tenth_page_mb: memory === null ? null : rounded(memory.atTenthPageMb),
      memory_last_page_mb: memory === null ? null : rounded(memory.atLastPageMb),
    },
    tables: [
      [
        ['Records per second', '1,000 a page', '100 a page'],
        ['raw loop, one document', shown(raw), shown(rawSmall)],
        ['raw loop, the same bytes', shown(rawBoth), shown(rawBothSmall)],
        ['initial load', shown(initial), shown(initialSmall)],
        ['ratio to one document', shown(initial / raw), shown(initialSmall / rawSmall)],
        ['ratio to the same bytes', shown(initial / rawBoth), shown(initialSmall / rawBothSmall)],
        ['full sync, nothing changed', shown(unchanged), shown(middle(small, (r) => r.unchanged))],
        ['full sync, 1 % changed', shown(changed), shown(middle(small, (r) => r.changed))],
      ],
      [
        ['Over a slow line, four models, 100 a page', 'records per second'],
        ['what latency, page size and concurrency set', shown(latent.limit)],
        ['what a call took the platform, ms', shown(latent.callMs)],
        ['callers that keep nothing', shown(latent.callersPerSecond)],
        ['initial load', shown(latent.recordsPerSecond)],
      ],
      cpuTable(large),
    ],
  };
}

/** Where a record's microseconds go, by process. */
function cpuTable(rounds: readonly Round[]): string[][] {
  const perRecord = (which: (round: Round) => Load, part: (typeof PARTS)[number]) =>
    rounds.some((round) => which(round).cpu === null)
      ? null
      : median(
          rounds.map((round) => {
            const { cpu, records } = which(round);
            return ((cpu?.[part] ?? 0) * 1_000) / records;
          }),
        );
  const loads: [string, (round: Round) => Load][] = [
    ['initial load', (round) => round.initial],
    ['nothing changed', (round) => round.unchanged],
    ['1 % changed', (round) => round.changed],
  ];
  return [
    ['CPU µs per record', ...PARTS],
    ...(
      [
        ['raw loop, one document', (round) => round.raw],
        ['raw loop, the same bytes', (round) => round.rawBoth],
      ] satisfies [string, (round: Round) => RawIngestOutput][]
    ).map(([name, which]) => [
      name,
      shown(median(rounds.map(which).map(({ cpuMs, records }) => (cpuMs * 1_000) / records))),
      ...PARTS.slice(1).map(() => ''),
    ]),
    ...loads.map(([name, which]) => [name, ...PARTS.map((part) => shown(perRecord(which, part)))]),
  ];
}
