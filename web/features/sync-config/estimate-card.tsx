import type { ReactNode } from 'react';
import { $api, type Schemas } from '../../api/client';
import { problemOf } from '../../api/problem';
import { Banner } from '../../components/banner';
import { Card } from '../../components/card';
import { Gauge } from '../../components/gauge';
import { Skeleton } from '../../components/states';
import { Table, Td, Th, Tr } from '../../components/table';
import { modelName } from '../../lib/format';
import { useSettled } from '../../lib/settled';
import type { RequestEntry } from './draft';

const figures = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** What a list would cost at the platform, from what the last syncs cost, before it is saved. */
export function EstimateCard({
  connectionId,
  entries,
  isValid,
  actions,
}: {
  readonly connectionId: number;
  readonly entries: RequestEntry[];
  readonly isValid: boolean;
  readonly actions?: ReactNode;
}) {
  const settled = useSettled(JSON.stringify(entries), 500);
  const isCurrent = settled === JSON.stringify(entries);
  const estimate = $api.useQuery(
    'post',
    '/core/connections/{connection_id}/estimate',
    {
      params: { path: { connection_id: connectionId } },
      body: { sync_config: entries },
    },
    {
      enabled: isValid && isCurrent,
      staleTime: 60_000,
      placeholderData: (previous) => previous,
    },
  );
  const data = estimate.data?.data;
  return (
    <Card
      title="Calls to the platform"
      description="As this list stands, reckoned from the pages that the last syncs read."
      actions={actions}
    >
      <div aria-busy={!isCurrent || estimate.isFetching} className="flex flex-col gap-4">
        {data === undefined && !estimate.isError && <Skeleton className="h-24 w-full" />}
        {estimate.isError && (
          <p className="text-[13px] text-muted">{problemOf(estimate.error).message}</p>
        )}
        {data !== undefined && (
          <>
            <Warnings warnings={data.warnings} />
            <div className="flex flex-wrap items-end gap-x-10 gap-y-4">
              <p>
                <span className="block text-2xl font-semibold tracking-tight tabular">
                  {figures.format(data.calls_per_hour)}
                </span>
                <span className="text-xs text-muted">calls an hour</span>
              </p>
              <Limits limits={data.limits} />
            </div>
            <ByModel models={data.by_model} />
          </>
        )}
      </div>
    </Card>
  );
}

type Estimate = Schemas['Estimate'];

/** The advice of the product: too often means pauses, and writes that wait. */
function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <Banner tone="warn" title="Too frequent for the platform’s limit">
      <ul className="flex flex-col gap-1">
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
      <p className="mt-1 text-muted">
        What matters most can be given a lower priority number: it then goes first.
      </p>
    </Banner>
  );
}

function Limits({ limits }: { readonly limits: Estimate['limits'] }) {
  if (limits.length === 0) {
    return (
      <p className="max-w-md text-[13px] text-muted">
        The platform has told no limit yet. Frequent syncs use up what limit there is: syncing then
        pauses until it resets, and writes have to wait.
      </p>
    );
  }
  return (
    <div className="flex flex-1 flex-wrap gap-x-6 gap-y-3">
      {limits.map(({ window, limit, calls }) => (
        <Gauge
          key={window}
          label={`Each ${window}, on average`}
          used={Math.round(calls)}
          limit={limit}
        />
      ))}
    </div>
  );
}

function ByModel({ models }: { readonly models: Estimate['by_model'] }) {
  const costly = [...models].sort((a, b) => b.calls_per_hour - a.calls_per_hour);
  if (costly.length === 0) return null;
  return (
    <details>
      <summary className="cursor-pointer text-[13px] font-medium text-accent-text">
        By data model
      </summary>
      <div className="mt-2 overflow-x-auto">
        <Table label="Calls by data model">
          <thead>
            <tr>
              <Th>Data model</Th>
              <Th className="text-right">Calls a run</Th>
              <Th className="text-right">Runs an hour</Th>
              <Th className="text-right">Calls an hour</Th>
              <Th>From</Th>
            </tr>
          </thead>
          <tbody>
            {costly.map((model) => (
              <Tr key={model.data_model}>
                <Td>{modelName(model.data_model)}</Td>
                <Td className="text-right tabular">{figures.format(model.calls_per_run)}</Td>
                <Td className="text-right tabular">{figures.format(model.runs_per_hour)}</Td>
                <Td className="text-right tabular">{figures.format(model.calls_per_hour)}</Td>
                <Td className="text-muted">
                  {model.basis === 'measured' ? 'the last syncs' : 'an assumption'}
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      </div>
    </details>
  );
}
