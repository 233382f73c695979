import type { paths } from '../../generated/api';
import { $api } from '../../api/client';
import { problemOf } from '../../api/problem';
import { Skeleton } from '../../components/states';
import { ZonePicker } from '../../components/zone-picker';
import { ago, instantIn, plural } from '../../lib/format';
import { useNow } from '../../lib/now';

type Preview = ReturnType<typeof usePreview>;
type PreviewRequest =
  paths['/core/schedule/preview']['post']['requestBody']['content']['application/json'];

/** What the server makes of a schedule: its words, its next runs, how often it is in a day. */
export function usePreview(body: PreviewRequest | null) {
  return $api.useQuery(
    'post',
    '/core/schedule/preview',
    { body: body ?? {} },
    { enabled: body !== null, staleTime: 30_000, placeholderData: (previous) => previous },
  );
}

export function refusalOf(preview: Preview): { field: string; message: string } | null {
  return preview.isError ? problemOf(preview.error) : null;
}

/** The next five runs in a zone that one chooses. */
export function NextRuns({
  preview,
  zone,
  onZone,
}: {
  readonly preview: Preview;
  readonly zone: string;
  readonly onZone: (zone: string) => void;
}) {
  const now = useNow();
  const data = preview.data?.data;
  return (
    <section aria-label="Next runs" className="min-w-0">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-[13px] font-medium">Next five runs</h3>
        <ZonePicker label="Show the runs in" value={zone} onChange={onZone} className="w-52" />
      </div>
      {preview.isPending && preview.fetchStatus !== 'idle' && <Skeleton className="h-32 w-full" />}
      {preview.isError && (
        <p className="text-[13px] text-muted">{problemOf(preview.error).message}</p>
      )}
      {data !== undefined && !preview.isError && (
        <>
          <ol className="flex flex-col divide-y divide-line rounded-md border border-line text-[13px]">
            {data.next.map((at) => (
              <li
                key={at}
                className="flex items-baseline justify-between gap-3 px-3 py-1.5 tabular"
              >
                <time dateTime={at}>{instantIn(at, zone, false)}</time>
                <span className="text-xs text-muted">{ago(at, now)}</span>
              </li>
            ))}
          </ol>
          <p className="mt-2 text-xs text-muted tabular">{perDay(data.runs_per_day)}</p>
        </>
      )}
    </section>
  );
}

function perDay(runs: number): string {
  if (runs === 0) return 'No runs by itself';
  if (runs >= 1) return `About ${plural(Math.round(runs), 'run')} a day`;
  return `One run in about ${plural(Math.round(1 / runs), 'day')}`;
}
