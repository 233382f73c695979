import { Gauge } from '../../components/gauge';
import { Skeleton } from '../../components/states';
import type { Answer } from '../../api/answers';
import { countdown } from '../../lib/format';
import { useNow } from '../../lib/now';
import { useQuota } from './queries';

type Quota = Answer<'/core/connections/{connection_id}/quota'>['data'];

const WINDOWS: Readonly<Record<string, string>> = {
  second: 'This second',
  minute: 'This minute',
  hour: 'This hour',
  day: 'Today',
};

/** What the platform lets the account call, and how much of it is used. */
export function QuotaGauges({ connectionId }: { readonly connectionId: number }) {
  const quota = useQuota(connectionId);
  if (quota.isPending) return <Skeleton className="h-5 w-72 max-w-full" />;
  if (quota.isError) return null;
  return <Windows quota={quota.data.data} />;
}

/** Where no limit over time is known, its one gauge would say little in much room. */
function NoWindows({ concurrent }: Pick<Quota, 'concurrent'>) {
  return (
    <p className="text-xs text-muted tabular">
      {concurrent.used} of {concurrent.limit} calls at once. The platform has told no limits over
      time.
    </p>
  );
}

function Windows({ quota }: { readonly quota: Quota }) {
  const now = useNow();
  const { windows, concurrent, blocked_until: blockedUntil, waiting_lanes: lanes } = quota;
  return (
    <section aria-label="Calls to the platform" className="flex flex-col gap-3">
      {windows.length === 0 ? (
        <NoWindows concurrent={concurrent} />
      ) : (
        <div className="grid gap-x-6 gap-y-3 sm:grid-cols-[repeat(auto-fill,minmax(13rem,1fr))]">
          {windows.map(
            ({ window, used, limit, resets_at: resetsAt, reserved_for_writes: kept }) => (
              <Gauge
                key={window}
                label={WINDOWS[window] ?? window}
                used={used}
                limit={limit}
                note={noteOf(used >= limit - kept, resetsAt, kept, now)}
              />
            ),
          )}
          <Gauge label="Calls at once" used={concurrent.used} limit={concurrent.limit} />
        </div>
      )}
      {(isAhead(blockedUntil, now) || lanes.length > 0) && (
        <p className="text-xs text-muted">
          {isAhead(blockedUntil, now) &&
            `The platform asked to wait for ${countdown(blockedUntil, now)}. `}
          {lanes.length > 0 && `Lanes that wait now: ${lanes.join(', ')}.`}
        </p>
      )}
    </section>
  );
}

function isAhead(at: string | null, now: number): at is string {
  return at !== null && new Date(at).getTime() > now;
}

function noteOf(isFull: boolean, resetsAt: string | null, kept: number, now: number) {
  if (isFull && isAhead(resetsAt, now)) return `Room again in ${countdown(resetsAt, now)}`;
  return kept > 0 ? `${kept} kept for writes` : undefined;
}
