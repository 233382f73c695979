/** What a bar is drawn from. */
interface Spell {
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly slept_ms: number;
  readonly sleeping_until: string | null;
}

/** One run as a bar: its place is in shares of the axis, from 0 to 1. */
export interface Bar<Run extends Spell> {
  readonly run: Run;
  readonly left: number;
  readonly width: number;
  /** The part of it, at its end, that was spent waiting for quota. */
  readonly slept: number;
  /** Which line of its lane it is drawn in. */
  readonly line: number;
}

export interface Axis {
  readonly from: number;
  readonly to: number;
}

/** Where more would run side by side, they are drawn over each other. */
const MOST_LINES = 6;

/** Bars of one lane, put in as few lines as their overlaps allow. */
export function layOut<Run extends Spell>(
  runs: readonly Run[],
  axis: Axis,
  now: number,
): Bar<Run>[] {
  const span = axis.to - axis.from;
  const share = (at: number) => Math.min(1, Math.max(0, (at - axis.from) / span));
  // Bars have a least width: what follows within it goes to the next line.
  const least = span / 200;
  const ends: number[] = [];
  return [...runs]
    .map((run) => ({ run, ...spanOf(run, now) }))
    .filter(({ end }) => end >= axis.from)
    .sort((a, b) => a.start - b.start)
    .map(({ run, start, end }) => {
      const free = ends.findIndex((taken) => taken <= start);
      const line = Math.min(MOST_LINES - 1, free === -1 ? ends.length : free);
      ends[line] = Math.max(ends[line] ?? 0, end, start + least);
      return {
        run,
        left: share(start),
        width: share(end) - share(start),
        // What is slept counts in full from the moment a wait begins.
        slept: end === start ? 0 : Math.min(1, run.slept_ms / (end - start)),
        line,
      };
    });
}

function spanOf(run: Spell, now: number): { start: number; end: number } {
  const start = new Date(run.started_at ?? run.created_at).getTime();
  if (run.ended_at !== null) return { start, end: new Date(run.ended_at).getTime() };
  const until = run.sleeping_until === null ? now : new Date(run.sleeping_until).getTime();
  return { start, end: Math.max(start, now, until) };
}

/** Round instants along the axis, for its marks. */
export function marksOf(axis: Axis, stepMs: number): number[] {
  const first = Math.ceil(axis.from / stepMs) * stepMs;
  const count = Math.max(0, Math.floor((axis.to - first) / stepMs) + 1);
  return Array.from({ length: count }, (_, index) => first + index * stepMs);
}
