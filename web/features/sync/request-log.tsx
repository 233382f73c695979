import { Cable } from 'lucide-react';
import { useState } from 'react';
import { $api } from '../../api/client';
import { PAGED } from '../../api/paging';
import { Card } from '../../components/card';
import { Checkbox } from '../../components/checkbox';
import { LoadMoreFooter } from '../../components/load-more';
import { EmptyState, ErrorState, SkeletonRows } from '../../components/states';
import { Table, Th } from '../../components/table';
import { modelName } from '../../lib/format';
import { isOpen, type Job } from './queries';
import { RequestRow } from './request-row';

const PAGE_SIZE = 100;
const WHILE_OPEN_MS = 3_000;

/** Every call a job made to the platform, newest first. */
export function RequestLog({ job }: { readonly job: Job }) {
  const [isFailedOnly, setFailedOnly] = useState(false);
  const calls = $api.useInfiniteQuery(
    'get',
    '/core/syncs/jobs/{job_id}/requests',
    {
      params: {
        path: { job_id: job.rootfi_id },
        query: { limit: PAGE_SIZE, ...(isFailedOnly ? { failed: 'true' } : {}) },
      },
    },
    { ...PAGED, refetchInterval: isOpen(job) && WHILE_OPEN_MS },
  );
  const rows = calls.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <Card
      isFlush
      title={`Calls to the platform: ${modelName(job.data_model)}`}
      description="Kept for 7 days, without tokens."
      actions={
        <Checkbox isChecked={isFailedOnly} onChange={setFailedOnly}>
          Failed only
        </Checkbox>
      }
    >
      {calls.isPending && <SkeletonRows rows={4} />}
      {calls.isError && <ErrorState error={calls.error} retry={() => void calls.refetch()} />}
      {calls.isSuccess && rows.length === 0 && (
        <NoCalls isFailedOnly={isFailedOnly} isOpen={isOpen(job)} />
      )}
      {rows.length > 0 && (
        <Table label="Calls to the platform">
          <thead>
            <tr>
              <Th>Time</Th>
              <Th className="min-w-64">Call</Th>
              <Th>Status</Th>
              <Th className="text-right">Took</Th>
              <Th className="text-right">Size</Th>
              <Th className="text-right">Quota left</Th>
            </tr>
          </thead>
          <tbody>
            {rows.map((call, index) => (
              <RequestRow key={`${call.at}/${index}`} call={call} />
            ))}
          </tbody>
        </Table>
      )}
      <LoadMoreFooter list={calls} />
    </Card>
  );
}

function NoCalls({
  isFailedOnly,
  isOpen: isUnderWay,
}: {
  readonly isFailedOnly: boolean;
  readonly isOpen: boolean;
}) {
  if (isFailedOnly) {
    return (
      <EmptyState icon={<Cable />} title="No call failed">
        Every call of this job got the answer it asked for.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<Cable />} title="No calls to show">
      {isUnderWay
        ? 'They appear here a moment after they are made.'
        : 'Another job’s pull may have served this one, or its calls are older than 7 days.'}
    </EmptyState>
  );
}
