import { ScrollText } from 'lucide-react';
import type { Item } from '../../api/answers';
import { $api } from '../../api/client';
import { useRefetchInterval } from '../../api/live';
import { PAGED } from '../../api/paging';
import { usePlatformNames } from '../../api/platforms';
import { Card } from '../../components/card';
import { Ago } from '../../components/instant';
import { LoadMoreFooter } from '../../components/load-more';
import { EmptyState, ErrorState, SkeletonRows } from '../../components/states';
import { modelName } from '../../lib/format';
import type { ConnectionParts } from './queries';

type Activity = Item<'/core/companies/{company_id}/activity'>;

const PAGE_SIZE = 50;

/** What happened to the company and its connections. */
export function ActivityTab({
  companyId,
  parts,
}: {
  readonly companyId: number;
  readonly parts: readonly ConnectionParts[];
}) {
  const refetchInterval = useRefetchInterval();
  const found = $api.useInfiniteQuery(
    'get',
    '/core/companies/{company_id}/activity',
    { params: { path: { company_id: companyId }, query: { limit: PAGE_SIZE } } },
    { ...PAGED, refetchInterval },
  );
  if (found.isPending) return <SkeletonRows />;
  if (found.isError) return <ErrorState error={found.error} retry={() => void found.refetch()} />;
  const entries = found.data.pages.flatMap((page) => page.data);
  return (
    <Card isFlush>
      {entries.length === 0 ? (
        <EmptyState icon={<ScrollText />} title="Nothing has happened yet">
          Connecting, expiring, disconnecting and the like are told here.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {entries.map((entry) => (
            <Entry key={entry.rootfi_id} entry={entry} parts={parts} />
          ))}
        </ul>
      )}
      <LoadMoreFooter list={found} />
    </Card>
  );
}

function Entry({
  entry,
  parts,
}: {
  readonly entry: Activity;
  readonly parts: readonly ConnectionParts[];
}) {
  const platformName = usePlatformNames();
  const { rootfi_connection_id: id, detail } = entry;
  const of = parts.find(({ connection }) => connection.rootfi_id === id)?.connection;
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 px-4 py-2.5 text-[13px]">
      <span>
        <span className="font-medium">{modelName(entry.activity_type)}</span>
        {of !== undefined && (
          <span className="text-muted">, {platformName(of.integration_type)}</span>
        )}
        {of === undefined && id !== null && <span className="text-muted">, connection {id}</span>}
        {detail !== null && detail !== of?.integration_type && (
          <span className="block text-xs text-muted">{detail}</span>
        )}
      </span>
      <span className="text-xs text-muted">
        <Ago at={entry.rootfi_created_at} />
      </span>
    </li>
  );
}
