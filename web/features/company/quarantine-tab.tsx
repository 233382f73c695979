import { ChevronRight, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { Item } from '../../api/answers';
import { $api } from '../../api/client';
import { useRefetchInterval } from '../../api/live';
import { PAGED } from '../../api/paging';
import { Card } from '../../components/card';
import { CopyButton } from '../../components/copy-button';
import { Ago } from '../../components/instant';
import { LoadMoreFooter } from '../../components/load-more';
import { EmptyState, ErrorState, SkeletonRows } from '../../components/states';
import { modelName } from '../../lib/format';
import { ConnectionChoice } from './connection-choice';
import type { ConnectionParts } from './queries';

type Quarantined = Item<'/core/connections/{connection_id}/quarantine'>;

const PAGE_SIZE = 50;

/** Records that could not be mapped: kept whole, with what is wrong and where. */
export function QuarantineTab({ parts }: { readonly parts: readonly ConnectionParts[] }) {
  const worst = parts.find(({ models }) => models?.some(({ records }) => records.quarantined > 0));
  const [chosenId, setChosenId] = useState((worst ?? parts[0])?.connection.rootfi_id);
  if (chosenId === undefined) return <NothingQuarantined />;
  return (
    <div className="flex flex-col gap-4">
      <ConnectionChoice parts={parts} value={chosenId} onChange={setChosenId} />
      <Records connectionId={chosenId} />
    </div>
  );
}

function Records({ connectionId }: { readonly connectionId: number }) {
  const refetchInterval = useRefetchInterval();
  const found = $api.useInfiniteQuery(
    'get',
    '/core/connections/{connection_id}/quarantine',
    { params: { path: { connection_id: connectionId }, query: { limit: PAGE_SIZE } } },
    { ...PAGED, refetchInterval },
  );
  if (found.isPending) return <SkeletonRows />;
  if (found.isError) return <ErrorState error={found.error} retry={() => void found.refetch()} />;
  const records = found.data.pages.flatMap((page) => page.data);
  if (records.length === 0) return <NothingQuarantined />;
  return (
    <Card
      isFlush
      title="Quarantined records"
      description="A later good version of a record clears it; a new version of the connector maps all of them again."
    >
      <ul className="divide-y divide-line">
        {records.map((record, index) => (
          <li key={`${record.data_model}/${record.platform_id ?? index}`}>
            <Record record={record} />
          </li>
        ))}
      </ul>
      <LoadMoreFooter list={found} />
    </Card>
  );
}

function Record({ record }: { readonly record: Quarantined }) {
  const raw = JSON.stringify(record.raw, null, 2);
  return (
    <details className="group">
      <summary className="flex cursor-pointer flex-wrap items-baseline gap-x-4 gap-y-0.5 px-4 py-2.5 text-[13px] hover:bg-hover">
        <ChevronRight
          className="size-3.5 self-center text-faint transition-transform group-open:rotate-90"
          aria-hidden
        />
        <span className="font-medium">{modelName(record.data_model)}</span>
        <span className="font-mono text-xs text-muted">
          {record.platform_id ?? 'without an id'}
        </span>
        <span className="min-w-0 flex-1 basis-64">
          <code className="text-xs text-warn">{record.path}</code> {record.reason}
        </span>
        <span className="text-xs text-muted">
          <Ago at={record.last_seen_at} />
        </span>
      </summary>
      <div className="border-t border-line bg-sunken px-4 py-3">
        <div className="mb-2 flex items-center justify-between gap-3 text-xs text-muted">
          <span>
            As the platform sent it. First seen <Ago at={record.first_seen_at} />.
          </span>
          <CopyButton size="small" text={raw} />
        </div>
        <pre className="max-h-96 overflow-auto rounded-md border border-line bg-surface p-3 text-xs">
          {raw}
        </pre>
      </div>
    </details>
  );
}

function NothingQuarantined() {
  return (
    <Card>
      <EmptyState icon={<ShieldCheck />} title="No record is quarantined">
        A record that cannot be mapped is never dropped: it is kept here, with the reason.
      </EmptyState>
    </Card>
  );
}
