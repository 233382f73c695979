/** What every benchmark is given: by the command line, and of the servers that it runs on. */
export interface BenchOptions {
  readonly temporalAddress: string;
  /** Folder of the servers' data; Temporal's is in `temporal.db`. */
  readonly home: string;
  readonly pids: { readonly postgres: number; readonly temporal: number };
  /** Folder for CPU profiles of our processes; null = none are made. */
  readonly profileDir: string | null;
  /** The small form: seconds instead of minutes, for ratios only. */
  readonly small: boolean;
  /** Prints a line on what is being done. */
  say(line: string): void;
}

/** One object of plain figures, as `--json` prints it, and the same as tables for people. */
export interface BenchResult {
  readonly figures: Readonly<Record<string, number | string | readonly number[] | null>>;
  /** Each with its heading row first. */
  readonly tables: readonly (readonly (readonly string[])[])[];
  /** Of the guard alone: a figure is beyond its limit. */
  readonly failed?: boolean;
}

/** A benchmark: measures, and judges nothing. */
export type Bench = (options: BenchOptions) => Promise<BenchResult>;
