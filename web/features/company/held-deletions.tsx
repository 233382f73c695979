import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Item } from '../../api/answers';
import { $api } from '../../api/client';
import { useRefetchInterval } from '../../api/live';
import { PAGED } from '../../api/paging';
import { usePlatformNames } from '../../api/platforms';
import { Card } from '../../components/card';
import { Confirm } from '../../components/dialog';
import { Ago } from '../../components/instant';
import { LoadMoreFooter } from '../../components/load-more';
import { ErrorState, SkeletonRows } from '../../components/states';
import { Table, Td, Th, Tr } from '../../components/table';
import { WriteButton } from '../../components/write-button';
import { count, modelName, plural } from '../../lib/format';
import type { Connection, Model } from './queries';
import { useAnnounce } from './use-announce';

type Held = Item<'/core/connections/{connection_id}/models/{data_model}/held_deletions'>;

const PAGE_SIZE = 50;

/** The held deletions of one data model, and the one way to carry them out: look again, then delete. */
export function HeldDeletions({
  connection,
  model,
}: {
  readonly connection: Connection;
  readonly model: Model;
}) {
  const { data_model: name } = model;
  const platformName = usePlatformNames();
  const refetchInterval = useRefetchInterval();
  const held = $api.useInfiniteQuery(
    'get',
    '/core/connections/{connection_id}/models/{data_model}/held_deletions',
    {
      params: {
        path: { connection_id: connection.rootfi_id, data_model: name },
        query: { limit: PAGE_SIZE },
      },
    },
    { ...PAGED, refetchInterval },
  );
  const first = held.data?.pages[0];
  const total = first?.total_count ?? model.deletions_held;
  const rows = held.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <Card
      isFlush
      title={`${modelName(name)}: ${plural(total, 'deletion')} held`}
      description={
        <>
          {platformName(connection.integration_type)}
          {first?.pull != null && (
            <>
              , held <Ago at={first.pull.held_at} />
            </>
          )}
          . The records are kept and still served.
        </>
      }
      actions={<CarryOut connection={connection} model={model} total={total} />}
    >
      {held.isPending && <SkeletonRows rows={4} />}
      {held.isError && <ErrorState error={held.error} retry={() => void held.refetch()} />}
      {held.isSuccess && <Rows rows={rows} connection={connection} model={model} />}
      <LoadMoreFooter list={held}>
        <span className="tabular">
          {count(rows.length)} of {count(total)}
        </span>
      </LoadMoreFooter>
    </Card>
  );
}

function Rows({
  rows,
  connection,
  model,
}: {
  readonly rows: readonly Held[];
  readonly connection: Connection;
  readonly model: Model;
}) {
  return (
    <Table label={`${modelName(model.data_model)} that the platform no longer shows`}>
      <thead>
        <tr>
          <Th>Record</Th>
          <Th>Platform id</Th>
          <Th>Last changed here</Th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Tr key={row.rootfi_id} isLink>
            <Td>
              <Link
                to="/records/$category/$resource/$recordId"
                params={{
                  category: connection.category.toLowerCase(),
                  resource: model.data_model.toLowerCase(),
                  recordId: String(row.rootfi_id),
                }}
                className="rounded font-medium after:absolute after:inset-0"
              >
                {row.label ?? `Record ${row.rootfi_id}`}
              </Link>
            </Td>
            <Td className="font-mono text-xs text-muted">{row.platform_id}</Td>
            <Td>
              <span className="relative">
                <Ago at={row.rootfi_updated_at} />
              </span>
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function CarryOut({
  connection,
  model,
  total,
}: {
  readonly connection: Connection;
  readonly model: Model;
  readonly total: number;
}) {
  const [isAsking, setAsking] = useState(false);
  const { announce, isRunning } = useAnnounce();
  const sync = $api.useMutation('post', '/core/syncs', {
    onSuccess: ({ data }) => void announce([data]),
    onSettled: () => setAsking(false),
  });
  const records = plural(total, 'record');
  const carryOut = () =>
    sync.mutate({
      body: {
        company_id: connection.rootfi_company_id,
        integration_type: connection.integration_type,
        data_models_to_sync: [model.data_model],
        full_sync: true,
        allow_mass_delete: true,
      },
    });
  return (
    <>
      <WriteButton kind="danger" isBusy={isRunning} onClick={() => setAsking(true)}>
        Look again and delete
      </WriteButton>
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={carryOut}
        isBusy={sync.isPending}
        isDangerous
        title={`Look again and delete ${records}?`}
        act={`Look again and delete ${records}`}
      >
        A full sync reads all {modelName(model.data_model).toLowerCase()} again. Those that the
        platform then confirms are gone are marked as deleted, {count(total)} as it looks now. They
        stay stored and are served on request only; one that turns up again is revived.
      </Confirm>
    </>
  );
}
