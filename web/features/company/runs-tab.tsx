import { keepPreviousData } from '@tanstack/react-query';
import { Timer } from 'lucide-react';
import { useState } from 'react';
import { $api } from '../../api/client';
import { useRefetchInterval } from '../../api/live';
import { Card } from '../../components/card';
import { Select } from '../../components/select';
import { EmptyState, ErrorState, SkeletonRows } from '../../components/states';
import { modelName } from '../../lib/format';
import { useNow } from '../../lib/now';
import { ConnectionChoice } from './connection-choice';
import type { ConnectionParts, Model } from './queries';
import { RunsTable } from './runs-table';
import { Timeline } from './timeline';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SPANS = [
  { value: '1', label: 'Last hour', markMs: 10 * MINUTE_MS },
  { value: '6', label: 'Last 6 hours', markMs: HOUR_MS },
  { value: '24', label: 'Last 24 hours', markMs: 4 * HOUR_MS },
] as const;
type Span = (typeof SPANS)[number]['value'];

/** The axis moves on in steps, so that its bars are not laid out anew each second. */
const STEP_MS = 5_000;
const MOST_RUNS = 1_000;

/** What ran in the last hours: a timeline by lane, and the same as a list. */
export function RunsTab({ parts }: { readonly parts: readonly ConnectionParts[] }) {
  const [connectionId, setConnectionId] = useState(parts[0]?.connection.rootfi_id);
  const [hours, setHours] = useState<Span>('1');
  const [model, setModel] = useState<Model['data_model'] | ''>('');
  const part = parts.find(({ connection }) => connection.rootfi_id === connectionId);
  if (part === undefined) {
    return (
      <EmptyState icon={<Timer />} title="Nothing has run yet">
        Runs appear here once the customer has connected a platform.
      </EmptyState>
    );
  }
  const models = part.models?.map(({ data_model: name }) => name) ?? [];
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap gap-2">
        <ConnectionChoice parts={parts} value={connectionId} onChange={setConnectionId} />
        <Select label="Time shown" value={hours} options={SPANS} onChange={setHours} />
        <Select
          label="Data model"
          value={model}
          options={[
            { value: '', label: 'All data models' },
            ...models.map((value) => ({ value, label: modelName(value) })),
          ]}
          onChange={setModel}
        />
      </div>
      <Runs connectionId={part.connection.rootfi_id} hours={hours} model={model} />
    </div>
  );
}

function Runs({
  connectionId,
  hours,
  model,
}: {
  readonly connectionId: number;
  readonly hours: Span;
  readonly model: Model['data_model'] | '';
}) {
  const now = Math.floor(useNow() / STEP_MS) * STEP_MS;
  const refetchInterval = useRefetchInterval();
  const spanMs = Number(hours) * HOUR_MS;
  const asked = new Date(Math.floor((now - spanMs) / MINUTE_MS) * MINUTE_MS).toISOString();
  const runs = $api.useQuery(
    'get',
    '/core/connections/{connection_id}/runs',
    {
      params: {
        path: { connection_id: connectionId },
        query: { from: asked, limit: MOST_RUNS, ...(model === '' ? {} : { data_model: model }) },
      },
    },
    { refetchInterval, placeholderData: keepPreviousData },
  );
  if (runs.isPending) return <SkeletonRows rows={8} />;
  if (runs.isError) return <ErrorState error={runs.error} retry={() => void runs.refetch()} />;
  const { data } = runs.data;
  const markMs = SPANS.find(({ value }) => value === hours)?.markMs ?? HOUR_MS;
  return (
    <>
      <Card>
        <Timeline runs={data} spanMs={spanMs} now={now} markMs={markMs} />
      </Card>
      <RunsTable runs={data} isCut={runs.data.next != null} />
    </>
  );
}
