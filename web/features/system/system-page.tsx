import { $api, type Schemas } from '../../api/client';
import { Badge } from '../../components/badge';
import { Banner } from '../../components/banner';
import { Card } from '../../components/card';
import { ExternalLink } from '../../components/external-link';
import { Ago } from '../../components/instant';
import { Page } from '../../components/page';
import { ErrorState, Skeleton } from '../../components/states';
import { bytes, count, duration } from '../../lib/format';
import { Facts, type Fact } from './facts';

type System = Schemas['System'];

const LOOK_MS = 5_000;

/** Whether everything runs that must run, and how well it keeps up. */
export function SystemPage() {
  const system = $api.useQuery('get', '/core/system', {}, { refetchInterval: LOOK_MS });
  const data = system.data?.data;
  return (
    <Page
      title="System"
      documentTitle="System"
      badge={data !== undefined && <Health system={data} />}
    >
      {system.isError && data === undefined && (
        <ErrorState error={system.error} retry={() => void system.refetch()} />
      )}
      {system.isPending && (
        <div role="status" aria-label="Loading" className="grid gap-5 md:grid-cols-2">
          {Array.from({ length: 6 }, (_, card) => (
            <Skeleton key={card} className="h-44" />
          ))}
        </div>
      )}
      {data !== undefined && <Parts system={data} />}
    </Page>
  );
}

function Health({ system: { worker, temporal, database } }: { readonly system: System }) {
  const isWell = worker.is_running && temporal.status === 'up' && database.status === 'up';
  return (
    <Badge tone={isWell ? 'good' : 'bad'} hasDot>
      {isWell ? 'Everything runs' : 'Needs attention'}
    </Badge>
  );
}

function Parts({ system }: { readonly system: System }) {
  const { worker, temporal, database, queue, ticks, connections } = system;
  return (
    <>
      {!worker.is_running && (
        <Banner tone="bad" title="No worker runs, so nothing syncs">
          Start one with npm run start:worker, and look at its log if it ends again. What was asked
          for waits, and nothing is lost.
        </Banner>
      )}
      {temporal.status === 'down' && (
        <Banner tone="bad" title="Temporal cannot be reached">
          Requests are stored and run once it is back at {temporal.address}.
        </Banner>
      )}
      <div className="grid gap-5 md:grid-cols-2">
        <Card title="Worker" actions={<Up isUp={worker.is_running} />}>
          <Facts
            facts={[
              ['Processes', count(worker.processes)],
              ['Last asked for work', <Ago key="seen" at={worker.last_seen_at} />],
            ]}
          />
        </Card>
        <Card title="Queue of jobs">
          <Facts
            facts={[
              ['Running', count(queue.running_jobs)],
              ['Queued', count(queue.queued_jobs)],
              ['Oldest queued', <Ago key="oldest" at={queue.oldest_queued_at} never="None" />],
            ]}
          />
        </Card>
        <Card
          title="Auto syncs"
          description={`Jobs of the last ${count(Math.round(ticks.window_hours))} hours, by when they began.`}
        >
          <Facts facts={tickFacts(ticks)} />
        </Card>
        <Card title="Connections">
          <Facts
            facts={[
              ['Healthy', count(connections.healthy)],
              ['Sleeping', count(connections.sleeping)],
              ['Paused', count(connections.paused)],
              ['Expired', count(connections.expired)],
              ['Pending', count(connections.pending)],
              ['Disconnected', count(connections.disconnected)],
            ]}
          />
        </Card>
        <Card title="Database" actions={<Up isUp={database.status === 'up'} />}>
          <Facts
            facts={[
              ['PostgreSQL', database.version],
              ['Size', bytes(database.size_bytes)],
              ['Records, about', count(database.records_estimate)],
            ]}
          />
        </Card>
        <Card title="Temporal" actions={<Up isUp={temporal.status === 'up'} />}>
          <Facts
            facts={[
              ['Address', temporal.address],
              ['Namespace', temporal.namespace],
              ...uiFact(temporal.ui_url),
            ]}
          />
        </Card>
        <Card title="This installation" className="md:col-span-2">
          <Facts
            facts={[
              ['Syncline', system.version],
              ['Node.js', system.node_version],
              ['API started', <Ago key="started" at={system.started_at} />],
            ]}
          />
        </Card>
      </div>
    </>
  );
}

function tickFacts(ticks: System['ticks']): Fact[] {
  const begun = ticks.on_time + ticks.late;
  const share = begun === 0 ? '' : ` (${((ticks.on_time / begun) * 100).toFixed(1)} %)`;
  return [
    ['Within 10 s of their due time', `${count(ticks.on_time)}${share}`],
    ['Later', count(ticks.late)],
    ['Missed, and done with the next', count(ticks.collapsed)],
    ['Half of them within', lateness(ticks.lateness_p50_ms)],
    ['99 of 100 within', lateness(ticks.lateness_p99_ms)],
  ];
}

function lateness(ms: number | null): string {
  return ms === null ? '–' : duration(ms);
}

function uiFact(url: string | null): Fact[] {
  if (url === null) return [];
  return [
    [
      'Web UI',
      <ExternalLink key="ui" href={url}>
        Open
      </ExternalLink>,
    ],
  ];
}

function Up({ isUp }: { readonly isUp: boolean }) {
  return (
    <Badge tone={isUp ? 'good' : 'bad'} hasDot>
      {isUp ? 'Up' : 'Down'}
    </Badge>
  );
}
