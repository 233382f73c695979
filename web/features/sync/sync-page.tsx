import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { $api } from '../../api/client';
import { useLiveCompany } from '../../api/live';
import { usePlatformNames } from '../../api/platforms';
import { Page } from '../../components/page';
import { ErrorState, Skeleton } from '../../components/states';
import { JobStatus } from '../../components/status';
import { MODES } from '../../lib/sync-words';
import { JobsCard } from './jobs-card';
import { OutcomeTiles } from './outcome-tiles';
import { isOpen, type Job, type Sync, useJobs, useSync } from './queries';
import { RequestLog } from './request-log';
import { SyncActions } from './sync-actions';
import { SyncFacts } from './sync-facts';
import { SyncNotes } from './sync-notes';

/** One sync: what it was for, how far each of its jobs has come, and every call it made to the platform. */
export function SyncPage() {
  const { syncId } = useParams({ from: '/signed-in/syncs/$syncId' });
  const sync = useSync(syncId);
  const jobs = useJobs(syncId);
  useLiveCompany(sync.data?.data.rootfi_company_id);
  if (sync.isPending) return <Waiting />;
  if (sync.data === undefined) {
    return (
      <Page title="Sync" documentTitle="Sync">
        <ErrorState error={sync.error} retry={() => void sync.refetch()} />
      </Page>
    );
  }
  return <Shown key={syncId} sync={sync.data.data} jobs={jobs.data?.data} />;
}

function Shown({ sync, jobs }: { readonly sync: Sync; readonly jobs: readonly Job[] | undefined }) {
  const platformName = usePlatformNames();
  const [chosenId, setChosenId] = useState<number | null>(null);
  const job = jobs?.find(({ rootfi_id: id }) => id === chosenId) ?? worthSeeing(jobs ?? []);
  const title = titleOf(sync);
  return (
    <Page
      title={title}
      documentTitle={title}
      crumbs={<Crumbs companyId={sync.rootfi_company_id} />}
      badge={<JobStatus status={sync.status} />}
      actions={<SyncActions sync={sync} jobs={jobs ?? []} />}
    >
      <SyncFacts sync={sync} platform={platformName(sync.integration_type)} />
      <SyncNotes sync={sync} />
      <OutcomeTiles counts={sync.counts} />
      <JobsCard
        jobs={jobs}
        chosenId={job?.rootfi_id}
        onChoose={({ rootfi_id: id }) => setChosenId(id)}
      />
      {job !== undefined && <RequestLog key={job.rootfi_id} job={job} />}
    </Page>
  );
}

function titleOf({ trigger, mode }: Sync): string {
  if (trigger === 'initial') return 'Initial sync';
  return mode === 'from_date' ? 'Sync from a date' : `${MODES[mode] ?? ''} sync`;
}

/** The job one most likely came for. */
function worthSeeing(jobs: readonly Job[]): Job | undefined {
  return jobs.find(({ status }) => status === 'FAILED') ?? jobs.find(isOpen) ?? jobs[0];
}

function Crumbs({ companyId }: { readonly companyId: number }) {
  const company = $api.useQuery('get', '/core/companies/{company_id}', {
    params: { path: { company_id: companyId } },
  });
  return (
    <>
      <Link to="/companies" className="rounded hover:text-text">
        Companies
      </Link>
      <span aria-hidden>/</span>
      <Link
        to="/companies/$companyId"
        params={{ companyId: String(companyId) }}
        className="rounded hover:text-text"
      >
        {company.data?.data.name ?? `Company ${companyId}`}
      </Link>
    </>
  );
}

function Waiting() {
  return (
    <Page title={<Skeleton className="h-7 w-44" />} documentTitle="Sync" crumbs="Companies">
      <div role="status" aria-label="Loading" className="flex flex-col gap-5">
        <Skeleton className="h-12 w-full" />
        <Skeleton className="h-20 w-full" />
        <Skeleton className="h-64 w-full" />
      </div>
    </Page>
  );
}
