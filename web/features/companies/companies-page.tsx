import { lazy, Suspense, useDeferredValue, useState } from 'react';
import { Plus } from 'lucide-react';
import { Page } from '../../components/page';
import { WriteButton } from '../../components/write-button';
import { CompaniesTable } from './companies-table';
import { Filters, type CompanyFilters } from './filters';

/** Most visits invite nobody: its form is loaded when somebody does. */
const InviteDialog = lazy(() =>
  import('./invite-dialog').then((module) => ({ default: module.InviteDialog })),
);

const NO_FILTERS: CompanyFilters = { search: '', status: '', integration: '', sort: '-created' };

/** Every company of the organisation: found by name, told apart by state, freshness and last error. */
export function CompaniesPage() {
  const [filters, setFilters] = useState(NO_FILTERS);
  const [isInviting, setInviting] = useState(false);
  // Typing stays quick while the list follows a moment later.
  const asked = useDeferredValue(filters);
  return (
    <Page
      title="Companies"
      documentTitle="Companies"
      actions={
        <WriteButton
          kind="primary"
          icon={<Plus className="size-4" />}
          onClick={() => setInviting(true)}
        >
          Invite a customer
        </WriteButton>
      }
    >
      <Filters filters={filters} onChange={setFilters} />
      <CompaniesTable
        filters={asked}
        onSort={(sort) => setFilters({ ...filters, sort })}
        onClear={() => setFilters({ ...NO_FILTERS, sort: filters.sort })}
        onInvite={() => setInviting(true)}
      />
      {isInviting && (
        <Suspense>
          <InviteDialog isOpen onClose={() => setInviting(false)} />
        </Suspense>
      )}
    </Page>
  );
}
