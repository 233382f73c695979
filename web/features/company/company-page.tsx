import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLiveCompany } from '../../api/live';
import { Badge } from '../../components/badge';
import { Page } from '../../components/page';
import { ErrorState, Skeleton } from '../../components/states';
import { type Tab, Tabs } from '../../components/tabs';
import { count, plural } from '../../lib/format';
import { ActivityTab } from './activity-tab';
import { ConnectionCard } from './connection-card';
import { HeldTab } from './held-tab';
import { NotConnected } from './not-connected';
import { QuarantineTab } from './quarantine-tab';
import { type CompanyAnswer, useCompany, useParts } from './queries';
import { RefreshButton } from './refresh-button';
import { RunsTab } from './runs-tab';

const ROUTE = '/signed-in/companies/$companyId';

/** One company: its connections and their data models, kept up to date as one looks. */
export function CompanyPage() {
  const { companyId } = useParams({ from: ROUTE });
  const id = /^\d{1,15}$/.test(companyId) ? Number(companyId) : 0;
  const company = useCompany(id);
  useLiveCompany(company.data === undefined ? undefined : id);
  if (company.isPending) return <Waiting />;
  if (company.data === undefined) {
    return (
      <Page title="Company" documentTitle="Company" crumbs={<Crumbs />}>
        <ErrorState error={company.error} retry={() => void company.refetch()} />
      </Page>
    );
  }
  return <Company company={company.data.data} />;
}

function Company({ company }: { readonly company: CompanyAnswer }) {
  const { rootfi_id: id, name, partner_id: partnerId, connections = [] } = company;
  const { tab = 'overview' } = useSearch({ from: ROUTE });
  const navigate = useNavigate();
  const parts = useParts(connections);
  const models = parts.flatMap((part) => part.models ?? []);
  const records = models.reduce((sum, model) => sum + model.records.live, 0);
  const held = models.reduce((sum, model) => sum + model.deletions_held, 0);
  const quarantined = models.reduce((sum, model) => sum + model.records.quarantined, 0);
  const show = (next: string) =>
    void navigate({
      to: '/companies/$companyId',
      params: { companyId: String(id) },
      search: next === 'overview' ? {} : { tab: next },
      replace: true,
    });
  const overview =
    connections.length === 0 ? (
      <NotConnected companyId={id} inviteLinkId={company.invite_link?.invite_link_id} />
    ) : (
      <div className="flex flex-col gap-5">
        {connections.map((connection) => (
          <ConnectionCard
            key={connection.rootfi_id}
            connection={connection}
            onHeld={() => show('deletions')}
            onQuarantine={() => show('quarantine')}
          />
        ))}
      </div>
    );
  const tabs: Tab[] = [
    { value: 'overview', label: 'Overview', content: overview },
    { value: 'runs', label: 'Runs', content: <RunsTab parts={parts} /> },
    {
      value: 'deletions',
      label: <Counted value={held}>Deletions held</Counted>,
      content: <HeldTab parts={parts} />,
    },
    {
      value: 'quarantine',
      label: <Counted value={quarantined}>Quarantine</Counted>,
      content: <QuarantineTab parts={parts} />,
    },
    {
      value: 'activity',
      label: 'Activity',
      content: <ActivityTab companyId={id} parts={parts} />,
    },
  ];
  return (
    <Page
      title={name}
      documentTitle={name}
      crumbs={<Crumbs />}
      description={[
        `Company ${id}`,
        ...(partnerId === null ? [] : [`partner id ${partnerId}`]),
        ...(models.length === 0 ? [] : [plural(records, 'record')]),
      ].join(' · ')}
      actions={<RefreshButton companyId={id} parts={parts} />}
    >
      <Tabs
        tabs={tabs}
        value={tabs.some(({ value }) => value === tab) ? tab : 'overview'}
        onChange={show}
      />
    </Page>
  );
}

function Counted({ value, children }: { readonly value: number; readonly children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      {children}
      {value > 0 && <Badge tone="warn">{count(value)}</Badge>}
    </span>
  );
}

function Crumbs() {
  return (
    <Link to="/companies" className="rounded hover:text-text">
      Companies
    </Link>
  );
}

function Waiting() {
  return (
    <Page
      title={<Skeleton className="h-7 w-52" />}
      documentTitle="Company"
      crumbs={<Crumbs />}
      actions={<Skeleton className="h-8 w-28" />}
    >
      <div role="status" aria-label="Loading" className="flex flex-col gap-4">
        <Skeleton className="h-9 w-full" />
        <Skeleton className="h-96 w-full" />
      </div>
    </Page>
  );
}
