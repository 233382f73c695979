import { Search } from 'lucide-react';
import { usePlatforms } from '../../api/platforms';
import { INPUT_CLASSES } from '../../components/field';
import { Select } from '../../components/select';

export type CompanySort = 'name' | '-name' | 'created' | '-created' | 'freshness' | '-freshness';

export interface CompanyFilters {
  readonly search: string;
  /** An empty text leaves all. */
  readonly status: string;
  readonly integration: string;
  readonly sort: CompanySort;
}

const STATUSES = [
  { value: '', label: 'Any status' },
  { value: 'HEALTHY', label: 'Healthy' },
  { value: 'SLEEPING', label: 'Sleeping' },
  { value: 'EXPIRED', label: 'Expired' },
  { value: 'DISCONNECTED', label: 'Disconnected' },
  { value: 'PENDING', label: 'Pending' },
];

export function Filters({
  filters,
  onChange,
}: {
  readonly filters: CompanyFilters;
  readonly onChange: (filters: CompanyFilters) => void;
}) {
  const { data: platforms } = usePlatforms();
  return (
    <div className="flex flex-wrap items-center gap-2" role="search">
      <div className="relative min-w-48 flex-1 sm:max-w-80">
        <Search
          className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint"
          aria-hidden
        />
        <input
          type="search"
          aria-label="Search companies"
          placeholder="Search by name or partner id"
          className={`${INPUT_CLASSES} pl-8`}
          value={filters.search}
          onChange={(event) => onChange({ ...filters, search: event.target.value })}
        />
      </div>
      <Select
        label="Status"
        value={filters.status}
        options={STATUSES}
        onChange={(status) => onChange({ ...filters, status })}
      />
      <Select
        label="Platform"
        value={filters.integration}
        options={[
          { value: '', label: 'Any platform' },
          ...(platforms?.data ?? []).map((platform) => ({
            value: platform.integration_type,
            label: platform.name,
          })),
        ]}
        onChange={(integration) => onChange({ ...filters, integration })}
      />
    </div>
  );
}
