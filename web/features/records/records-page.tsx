import { keepPreviousData, useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { useCompanyNames } from '../../api/companies';
import { PAGED } from '../../api/paging';
import { sessionQuery } from '../../api/session';
import { Button } from '../../components/button';
import { LoadMore } from '../../components/load-more';
import { Page } from '../../components/page';
import { PageNotFound } from '../../components/page-not-found';
import { EmptyState, ErrorState, SkeletonRows } from '../../components/states';
import { count, modelName, plural } from '../../lib/format';
import { ColumnPicker } from './column-picker';
import { fieldsOf, useColumns, usualColumns } from './columns';
import { CopyRequest } from './copy-request';
import { FilterBar } from './filter-bar';
import { toQuery, type View } from './query';
import { readRecords } from './read';
import { RecordsTable } from './records-table';
import { findResource, type Resource } from './resources';
import { asClient, asCurl } from './snippets';

const PAGE_SIZE = 200;

/** The records of a data model. */
export function RecordsPage() {
  const { category, resource: name } = useParams({
    from: '/signed-in/records/$category/$resource',
  });
  const resource = findResource(category, name);
  return resource === undefined ? (
    <PageNotFound />
  ) : (
    <RecordsOf key={resource.path} resource={resource} />
  );
}

function RecordsOf({ resource }: { readonly resource: Resource }) {
  const view = useSearch({ from: '/signed-in/records/$category/$resource' });
  const navigate = useNavigate();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const companies = useCompanyNames();
  const { chosen, choose } = useColumns(resource.model);
  const query = toQuery(view);
  const found = useInfiniteQuery({
    queryKey: ['records', resource.path, query],
    queryFn: ({ pageParam, signal }) =>
      readRecords(
        resource.path,
        {
          ...query,
          limit: String(PAGE_SIZE),
          ...(pageParam === '' ? {} : { next: pageParam }),
        },
        signal,
      ),
    initialPageParam: PAGED.initialPageParam,
    getNextPageParam: PAGED.getNextPageParam,
    placeholderData: keepPreviousData,
  });
  const records = found.data?.pages.flatMap((page) => page.data) ?? [];
  const fields = fieldsOf(records.slice(0, PAGE_SIZE));
  const columns = chosen ?? usualColumns(fields, view.company !== undefined);
  const publicUrl = session.data?.public_url ?? window.location.origin;
  const show = (next: View) =>
    void navigate({
      to: '/records/$category/$resource',
      params: { category: resource.category, resource: resource.name },
      search: { ...next, filters: next.filters === undefined ? undefined : [...next.filters] },
      replace: true,
    });
  const title = modelName(resource.model);
  return (
    <Page
      title={title}
      documentTitle={`${title}, records`}
      crumbs={
        <Link to="/records" className="hover:text-text">
          Records
        </Link>
      }
      actions={
        <div className="flex flex-wrap gap-2">
          <CopyRequest
            curl={asCurl(publicUrl, resource, { ...query, limit: '100' })}
            client={asClient(publicUrl, resource, { ...query, limit: '100' })}
          />
          <ColumnPicker fields={fields} columns={columns} onChange={choose} />
        </div>
      }
    >
      <FilterBar view={view} companies={companies} onChange={show} />
      {found.isPending && <SkeletonRows rows={10} />}
      {found.isError && <ErrorState error={found.error} retry={() => void found.refetch()} />}
      {found.isSuccess && (
        <RecordsTable
          resource={resource}
          records={records}
          columns={columns}
          companies={companies}
          empty={<Nothing isNarrowed={Object.keys(query).length > 0} onClear={() => show({})} />}
          footer={
            <>
              <span className="tabular" aria-live="polite">
                {found.hasNextPage
                  ? `First ${count(records.length)} records`
                  : plural(records.length, 'record')}
              </span>
              <LoadMore list={found} />
            </>
          }
        />
      )}
    </Page>
  );
}

function Nothing({
  isNarrowed,
  onClear,
}: {
  readonly isNarrowed: boolean;
  readonly onClear: () => void;
}) {
  if (!isNarrowed) {
    return (
      <EmptyState icon={<SearchX />} title="No records of this data model yet">
        They appear here once a connection whose sync config has it enabled has synced.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<SearchX />}
      title="No record matches"
      action={<Button onClick={onClear}>Clear company and filters</Button>}
    >
      Look among all companies, widen the filters, or show deleted records too.
    </EmptyState>
  );
}
