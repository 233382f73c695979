import { Meter } from '@base-ui/react/meter';
import { count } from '../lib/format';

/** How much of a limit is used. Past four fifths it says so by colour too. */
export function Gauge({
  label,
  used,
  limit,
  note,
}: {
  readonly label: string;
  readonly used: number;
  readonly limit: number;
  readonly note?: string | undefined;
}) {
  const share = limit === 0 ? 0 : Math.min(1, used / limit);
  return (
    <Meter.Root value={Math.min(used, limit)} max={Math.max(limit, 1)} className="min-w-40 flex-1">
      <div className="mb-1 flex items-baseline justify-between gap-3 text-xs">
        <Meter.Label className="font-medium">{label}</Meter.Label>
        <span className="tabular text-muted">
          {count(used)} of {count(limit)}
        </span>
      </div>
      <Meter.Track className="h-1.5 overflow-hidden rounded-full bg-hover">
        <Meter.Indicator className={`h-full rounded-full ${toneOf(share)}`} />
      </Meter.Track>
      {note !== undefined && <p className="mt-1 text-xs text-muted">{note}</p>}
    </Meter.Root>
  );
}

function toneOf(share: number): string {
  if (share >= 1) return 'bg-bad';
  return share >= 0.8 ? 'bg-warn' : 'bg-accent';
}
