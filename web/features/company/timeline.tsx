import { useNavigate } from '@tanstack/react-router';
import { memo, type MouseEvent, useState } from 'react';
import { classes } from '../../lib/classes';
import { duration, modelName } from '../../lib/format';
import { changesOf, countsInWords, LANE_NAMES, LANES, MODES } from '../../lib/sync-words';
import { useZone } from '../../lib/time-zone';
import type { Run } from './run-list';
import { type Axis, type Bar, layOut, marksOf } from './timeline-layout';

const LINE_PX = 12;
const HATCHED = 'bg-[repeating-linear-gradient(135deg,var(--warn)_0_2px,var(--warn-soft)_2px_5px)]';

/**
 * When what ran, by lane. It repeats for the eye what the list below it says in words, so that readers of the screen
 * are spared hundreds of bars.
 */
export const Timeline = memo(function Timeline({
  runs,
  spanMs,
  now,
  markMs,
}: {
  readonly runs: readonly Run[];
  readonly spanMs: number;
  readonly now: number;
  readonly markMs: number;
}) {
  // A little of what is to come, for those that sleep.
  const axis: Axis = { from: now - spanMs, to: now + spanMs / 30 };
  const navigate = useNavigate();
  const [pointed, setPointed] = useState<Run | null>(null);
  const runOf = (event: MouseEvent) => {
    const id = event.target instanceof HTMLElement ? event.target.dataset['job'] : undefined;
    return runs.find(({ job_id: job }) => String(job) === id) ?? null;
  };
  const open = (event: MouseEvent) => {
    const run = runOf(event);
    if (run !== null) void navigate({ to: '/syncs/$syncId', params: { syncId: run.sync_id } });
  };
  return (
    <div
      aria-hidden
      className="select-none"
      onMouseOver={(event) => setPointed(runOf(event))}
      onMouseLeave={() => setPointed(null)}
      onClick={open}
    >
      {LANES.map((lane) => (
        <Lane
          key={lane}
          name={LANE_NAMES[lane]}
          bars={layOut(
            runs.filter((run) => run.lane === lane),
            axis,
            now,
          )}
          marks={marksOf(axis, markMs).map((at) => (at - axis.from) / (axis.to - axis.from))}
        />
      ))}
      <Marks axis={axis} markMs={markMs} />
      <p className="mt-3 min-h-8 text-xs text-muted sm:min-h-4">
        {pointed === null ? <Legend /> : inWords(pointed, now)}
      </p>
    </div>
  );
});

function Lane({
  name,
  bars,
  marks,
}: {
  readonly name: string;
  readonly bars: readonly Bar<Run>[];
  readonly marks: readonly number[];
}) {
  const lines = Math.max(2, ...bars.map(({ line }) => line + 1));
  return (
    <div className="flex border-b border-line max-sm:flex-col sm:items-stretch">
      <div className="w-24 shrink-0 py-2 text-xs text-muted max-sm:pb-0">{name}</div>
      <div className="relative my-2 sm:flex-1" style={{ height: lines * LINE_PX }}>
        {marks.map((left) => (
          <span
            key={left}
            className="absolute -inset-y-2 w-px bg-line"
            style={{ left: `${left * 100}%` }}
          />
        ))}
        {bars.map((bar) => (
          <div
            key={bar.run.job_id}
            data-job={bar.run.job_id}
            className={classes(
              'absolute flex h-2.5 min-w-1 cursor-pointer justify-end overflow-hidden rounded-[3px] hover:brightness-110',
              toneOf(bar.run),
            )}
            style={{
              left: `min(${bar.left * 100}%, calc(100% - 4px))`,
              width: `${bar.width * 100}%`,
              top: bar.line * LINE_PX,
            }}
          >
            {bar.slept > 0 && (
              <span
                className={classes('pointer-events-none h-full', HATCHED)}
                style={{ width: `${bar.slept * 100}%` }}
              />
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

function Marks({ axis, markMs }: { readonly axis: Axis; readonly markMs: number }) {
  const zone = useZone();
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
  });
  return (
    <div className="relative h-5 text-[11px] text-faint tabular sm:ml-24">
      {marksOf(axis, markMs).map((at) => (
        <span
          key={at}
          className="absolute top-1 -translate-x-1/2"
          style={{ left: `${((at - axis.from) / (axis.to - axis.from)) * 100}%` }}
        >
          {time.format(at)}
        </span>
      ))}
    </div>
  );
}

const LEGEND = [
  ['bg-accent', 'With changes'],
  ['bg-line-strong', 'Without'],
  ['bg-info', 'Running'],
  [HATCHED, 'Sleeping'],
  ['bg-bad', 'Failed'],
] as const;

function Legend() {
  return (
    <span className="flex flex-wrap gap-x-4 gap-y-1">
      {LEGEND.map(([tone, words]) => (
        <span key={words} className="inline-flex items-center gap-1.5">
          <span className={classes('h-2.5 w-4 rounded-[3px]', tone)} />
          {words}
        </span>
      ))}
    </span>
  );
}

function toneOf({ state, counts, error }: Run): string {
  if (error?.code === 'cancelled') return 'bg-line-strong';
  switch (state) {
    case 'FAILED':
      return 'bg-bad';
    case 'CREATED':
      return 'border border-dashed border-line-strong';
    case 'RUNNING':
      return 'bg-info animate-pulse';
    case 'SUCCESS':
      return changesOf(counts) > 0 ? 'bg-accent' : 'bg-line-strong';
  }
}

function inWords(run: Run, now: number): string {
  const start = new Date(run.started_at ?? run.created_at).getTime();
  const end = run.ended_at === null ? now : new Date(run.ended_at).getTime();
  const result = run.error === null ? countsInWords(run.counts) : run.error.message;
  const slept = run.slept_ms > 0 ? `, of which ${duration(run.slept_ms)} asleep` : '';
  return `${modelName(run.data_model)}, ${MODES[run.mode]?.toLowerCase()}: ${duration(Math.max(0, end - start))}${slept}. ${result}.`;
}
