import { keepPreviousData } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, Building2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { $api } from '../../api/client';
import { PAGED } from '../../api/paging';
import { Button } from '../../components/button';
import { EmptyState, ErrorState, SkeletonRows } from '../../components/states';
import { classes } from '../../lib/classes';
import { plural } from '../../lib/format';
import { COLUMNS, CompanyRow } from './company-row';
import type { CompanyFilters, CompanySort } from './filters';

const PAGE_SIZE = 100;
const ROW_HEIGHT = 42;
/** The next page is asked for when so few rows are left below what is seen. */
const AHEAD = 30;

/** Rows come a page at a time as one scrolls, and only those in sight are in the document. */
export function CompaniesTable({
  filters,
  onSort,
  onClear,
  onInvite,
}: {
  readonly filters: CompanyFilters;
  readonly onSort: (sort: CompanySort) => void;
  readonly onClear: () => void;
  readonly onInvite: () => void;
}) {
  const { search, status, integration, sort } = filters;
  const found = $api.useInfiniteQuery(
    'get',
    '/core/dashboard/companies',
    {
      params: {
        query: {
          limit: PAGE_SIZE,
          sort,
          ...(search.trim() === '' ? {} : { search: search.trim() }),
          ...(status === '' ? {} : { status }),
          ...(integration === '' ? {} : { integrations: integration }),
        },
      },
    },
    {
      ...PAGED,
      placeholderData: keepPreviousData,
      refetchInterval: 10_000,
    },
  );
  const scroller = useRef<HTMLDivElement>(null);
  const rows = found.data?.pages.flatMap((page) => page.data) ?? [];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  const inSight = virtual.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last > rows.length - AHEAD) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, rows.length]);

  const isFiltered = search.trim() !== '' || status !== '' || integration !== '';
  const total = found.data?.pages[0]?.total_count ?? 0;
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-raised shadow-card">
      <div ref={scroller} className="max-h-[calc(100dvh-13rem)] min-h-60 overflow-auto">
        <div role="table" aria-label="Companies" aria-rowcount={total} className="min-w-3xl">
          <div role="rowgroup" className="sticky top-0 z-10 bg-raised">
            <div
              role="row"
              className={classes(COLUMNS, 'h-9 border-b border-line text-xs text-muted')}
            >
              <SortHeader name="name" title="Company" sort={sort} onSort={onSort} />
              <span role="columnheader">Status</span>
              <span role="columnheader">Platforms</span>
              <SortHeader name="freshness" title="Freshness" sort={sort} onSort={onSort} />
              <span role="columnheader" className="text-right">
                Records
              </span>
              <span role="columnheader">Last error</span>
            </div>
          </div>
          {found.isPending && <SkeletonRows rows={10} />}
          {found.isError && <ErrorState error={found.error} retry={() => void found.refetch()} />}
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            {inSight.map(({ index, start }) => {
              const company = rows[index];
              return (
                company !== undefined && (
                  <CompanyRow key={company.rootfi_id} company={company} index={index} top={start} />
                )
              );
            })}
          </div>
        </div>
        {found.isSuccess && rows.length === 0 && (
          <Nothing isFiltered={isFiltered} onClear={onClear} onInvite={onInvite} />
        )}
      </div>
      <p className="border-t border-line px-4 py-2 text-xs text-muted tabular" aria-live="polite">
        {found.isSuccess ? plural(total, 'company', 'companies') : 'Loading'}
      </p>
    </div>
  );
}

function SortHeader({
  name,
  title,
  sort,
  onSort,
}: {
  readonly name: 'name' | 'freshness';
  readonly title: string;
  readonly sort: CompanySort;
  readonly onSort: (sort: CompanySort) => void;
}) {
  const isUp = sort === name;
  const isDown = sort === `-${name}`;
  return (
    <span role="columnheader" aria-sort={ariaSort(isUp, isDown)}>
      <button
        type="button"
        className="inline-flex items-center gap-1 rounded hover:text-text"
        onClick={() => onSort(isUp ? `-${name}` : name)}
      >
        {title}
        {isUp && <ArrowUp className="size-3" aria-hidden />}
        {isDown && <ArrowDown className="size-3" aria-hidden />}
      </button>
    </span>
  );
}

function ariaSort(isUp: boolean, isDown: boolean): 'ascending' | 'descending' | 'none' {
  if (isUp) return 'ascending';
  return isDown ? 'descending' : 'none';
}

function Nothing({
  isFiltered,
  onClear,
  onInvite,
}: {
  readonly isFiltered: boolean;
  readonly onClear: () => void;
  readonly onInvite: () => void;
}) {
  if (isFiltered) {
    return (
      <EmptyState
        icon={<Building2 />}
        title="No company matches"
        action={<Button onClick={onClear}>Clear the filters</Button>}
      >
        Try another name, or look among all states and platforms.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Building2 />}
      title="No companies yet"
      action={
        <Button kind="primary" onClick={onInvite}>
          Invite a customer
        </Button>
      }
    >
      Create an invite link and send it to a customer. Once they connect a platform, their data is
      kept in sync here.
    </EmptyState>
  );
}
