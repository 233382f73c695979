import { ago, countdown, duration, instantIn } from '../lib/format';
import { useNow } from '../lib/now';
import { useZone } from '../lib/time-zone';
import { Tooltip } from './tooltip';

/** How long ago, or until when; the whole instant in the chosen zone when pointed at. */
export function Ago({
  at,
  never = 'Never',
}: {
  readonly at: string | null;
  readonly never?: string;
}) {
  const now = useNow();
  const zone = useZone();
  if (at === null) return <span className="text-faint">{never}</span>;
  return (
    <Tooltip text={`${instantIn(at, zone)} (${zone})`}>
      <time dateTime={at} className="tabular whitespace-nowrap">
        {ago(at, now)}
      </time>
    </Tooltip>
  );
}

/** An instant as it is, in the chosen zone. */
export function Instant({ at }: { readonly at: string | null }) {
  const zone = useZone();
  if (at === null) return <span className="text-faint">–</span>;
  return (
    <time dateTime={at} className="tabular whitespace-nowrap">
      {instantIn(at, zone)}
    </time>
  );
}

/** Minutes and seconds until an instant, counted down. */
export function Countdown({ to }: { readonly to: string }) {
  const now = useNow();
  const zone = useZone();
  return (
    <Tooltip text={`${instantIn(to, zone)} (${zone})`}>
      <time dateTime={to} className="tabular">
        {countdown(to, now)}
      </time>
    </Tooltip>
  );
}

/** How long something took, or takes so far. */
export function Took({ from, to }: { readonly from: string | null; readonly to: string | null }) {
  if (from === null) return <span className="text-faint">–</span>;
  return to === null ? (
    <TakesSoFar from={from} />
  ) : (
    <>{duration(msBetween(from, Date.parse(to)))}</>
  );
}

function TakesSoFar({ from }: { readonly from: string }) {
  return <>{duration(msBetween(from, useNow()))}</>;
}

const msBetween = (from: string, to: number) => Math.max(0, to - Date.parse(from));
