import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useCompanyNames } from '../../api/companies';
import { sessionQuery } from '../../api/session';
import { Badge } from '../../components/badge';
import { Card } from '../../components/card';
import { CopyButton } from '../../components/copy-button';
import { Fact } from '../../components/fact';
import { Instant } from '../../components/instant';
import { Page } from '../../components/page';
import { PageNotFound } from '../../components/page-not-found';
import { EmptyState, ErrorState, SkeletonRows } from '../../components/states';
import { modelName } from '../../lib/format';
import { CopyRequest } from './copy-request';
import { JsonView } from './json-view';
import { type DataRecord, readRecords } from './read';
import { findResource, type Resource } from './resources';
import { asCurl, recordAsClient } from './snippets';

/** One record: as we serve it, and as the platform gave it. */
export function RecordPage() {
  const {
    category,
    resource: name,
    recordId,
  } = useParams({
    from: '/signed-in/records/$category/$resource/$recordId',
  });
  const resource = findResource(category, name);
  if (resource === undefined) return <PageNotFound />;
  return <RecordOf key={recordId} resource={resource} recordId={recordId} />;
}

function RecordOf({
  resource,
  recordId,
}: {
  readonly resource: Resource;
  readonly recordId: string;
}) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const query = {
    'rootfi_id[eq]': recordId,
    include_deleted_records: 'true',
    select: 'raw_data',
  };
  const found = useQuery({
    queryKey: ['records', resource.path, query],
    queryFn: ({ signal }) => readRecords(resource.path, query, signal),
  });
  const record = found.data?.data[0];
  const publicUrl = session.data?.public_url ?? window.location.origin;
  const model = modelName(resource.model);
  const title = record === undefined ? `Record ${recordId}` : titleOf(record);
  return (
    <Page
      title={title}
      documentTitle={`${title}, ${model.toLowerCase()}`}
      crumbs={
        <>
          <Link to="/records" className="hover:text-text">
            Records
          </Link>
          <span aria-hidden>/</span>
          <Link
            to="/records/$category/$resource"
            params={{ category: resource.category, resource: resource.name }}
            className="hover:text-text"
          >
            {model}
          </Link>
        </>
      }
      badge={record?.rootfi_deleted_at != null && <Badge tone="bad">Deleted</Badge>}
      actions={
        record !== undefined && (
          <div className="flex flex-wrap gap-2">
            <CopyRequest
              curl={asCurl(publicUrl, resource, query)}
              client={recordAsClient(publicUrl, resource, {
                id: record.rootfi_id,
                companyId: record.rootfi_company_id,
                updatedAt: record.rootfi_updated_at,
              })}
            />
          </div>
        )
      }
    >
      {found.isPending && <SkeletonRows rows={10} />}
      {found.isError && <ErrorState error={found.error} retry={() => void found.refetch()} />}
      {found.isSuccess &&
        (record === undefined ? (
          <EmptyState title="This record does not exist">
            Its connection may have been deleted, or the address is mistyped.
          </EmptyState>
        ) : (
          <Sides record={record} />
        ))}
    </Page>
  );
}

function Sides({ record }: { readonly record: DataRecord }) {
  const companies = useCompanyNames();
  const { raw_data: raw, ...unified } = record;
  const companyId = record.rootfi_company_id;
  return (
    <>
      <dl className="flex flex-wrap gap-x-10 gap-y-3 text-[13px]">
        <Fact name="Company">
          <Link
            to="/companies/$companyId"
            params={{ companyId: String(companyId) }}
            className="text-accent-text hover:underline"
          >
            {companies.get(companyId) ?? companyId}
          </Link>
        </Fact>
        <Fact name="First seen">
          <Instant at={record.rootfi_created_at} />
        </Fact>
        <Fact name="Last changed here">
          <Instant at={record.rootfi_updated_at} />
        </Fact>
        {record.rootfi_deleted_at !== null && (
          <Fact name="Deleted">
            <Instant at={record.rootfi_deleted_at} />
          </Fact>
        )}
      </dl>
      <div className="grid items-start gap-5 lg:grid-cols-2 [&>*]:min-w-0">
        <Side title="Unified" description="As the API serves it" value={unified} />
        <Side title="Raw" description="As the platform gave it" value={raw} />
      </div>
    </>
  );
}

function Side({
  title,
  description,
  value,
}: {
  readonly title: string;
  readonly description: string;
  readonly value: unknown;
}) {
  return (
    <Card
      title={title}
      description={description}
      isFlush
      actions={<CopyButton kind="quiet" size="small" text={JSON.stringify(value, null, 2)} />}
    >
      <JsonView value={value} label={`${title} record`} />
    </Card>
  );
}

/** What a person would call it. */
function titleOf(record: DataRecord): string {
  const named = ['document_number', 'name', 'account_name', 'code', 'platform_id'].find(
    (field) => typeof record[field] === 'string' && record[field] !== '',
  );
  return named === undefined ? `Record ${record.rootfi_id}` : String(record[named]);
}
