import { Link } from '@tanstack/react-router';
import type { Item } from '../../api/answers';
import { $api } from '../../api/client';
import { useRefetchInterval } from '../../api/live';
import { PAGED } from '../../api/paging';
import { Ago, Took } from '../../components/instant';
import { LoadMore } from '../../components/load-more';
import { ErrorState, SkeletonRows } from '../../components/states';
import { JobStatus } from '../../components/status';
import { countsInWords, MODES, TRIGGERS } from '../../lib/sync-words';

export type Run = Item<'/core/connections/{connection_id}/runs'>;

const PAGE_SIZE = 20;

/** The runs of one data model, newest first. */
export function RunList({
  connectionId,
  dataModel,
}: {
  readonly connectionId: number;
  readonly dataModel: Run['data_model'];
}) {
  const refetchInterval = useRefetchInterval();
  const runs = $api.useInfiniteQuery(
    'get',
    '/core/connections/{connection_id}/runs',
    {
      params: {
        path: { connection_id: connectionId },
        query: { data_model: dataModel, limit: PAGE_SIZE },
      },
    },
    { ...PAGED, refetchInterval },
  );
  if (runs.isPending) return <SkeletonRows rows={5} />;
  if (runs.isError) return <ErrorState error={runs.error} retry={() => void runs.refetch()} />;
  const all = runs.data.pages.flatMap((page) => page.data);
  if (all.length === 0) return <p className="text-[13px] text-muted">It has not run yet.</p>;
  return (
    <>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {all.map((run) => (
          <RunLine key={run.job_id} run={run} />
        ))}
      </ul>
      <LoadMore list={runs} className="mt-3" />
    </>
  );
}

function RunLine({ run }: { readonly run: Run }) {
  return (
    <li className="relative flex flex-col gap-0.5 px-3 py-2 text-[13px] hover:bg-hover">
      <div className="flex items-center justify-between gap-3">
        <Link
          to="/syncs/$syncId"
          params={{ syncId: run.sync_id }}
          className="rounded font-medium after:absolute after:inset-0"
        >
          {MODES[run.mode]}, {TRIGGERS[run.trigger]?.toLowerCase()}
        </Link>
        <JobStatus status={run.state} errorCode={run.error?.code} />
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-3 text-xs text-muted">
        <span>{run.error === null ? countsInWords(run.counts) : run.error.message}</span>
        <span className="relative tabular">
          <Took from={run.started_at} to={run.ended_at} />,{' '}
          <Ago at={run.started_at ?? run.created_at} />
        </span>
      </div>
    </li>
  );
}
