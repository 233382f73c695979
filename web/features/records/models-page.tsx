import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { Card } from '../../components/card';
import { Ago } from '../../components/instant';
import { Page } from '../../components/page';
import { Skeleton } from '../../components/states';
import { categoryName } from '../../lib/categories';
import { modelName } from '../../lib/format';
import { readRecords } from './read';
import { RESOURCES, type Resource } from './resources';

const CATEGORIES = [...new Set(RESOURCES.map(({ category }) => category))];

/** Every data model that can be read, and when something in it last changed. */
export function ModelsPage() {
  return (
    <Page title="Records" documentTitle="Records">
      {CATEGORIES.map((category) => (
        <Card
          key={category}
          title={categoryName(category.toUpperCase())}
          description="The records that were synced, of all companies."
          isFlush
        >
          <ul className="grid sm:grid-cols-2 lg:grid-cols-3">
            {RESOURCES.filter((each) => each.category === category).map((resource) => (
              <ModelRow key={resource.path} resource={resource} />
            ))}
          </ul>
        </Card>
      ))}
    </Page>
  );
}

function ModelRow({ resource }: { readonly resource: Resource }) {
  const query = { limit: '1', 'sort[rootfi_updated_at]': 'DESC', include_deleted_records: 'true' };
  const last = useQuery({
    queryKey: ['records', resource.path, query],
    queryFn: ({ signal }) => readRecords(resource.path, query, signal),
    staleTime: 30_000,
  });
  const changedAt = last.data?.data[0]?.rootfi_updated_at ?? null;
  return (
    <li className="border-b border-line sm:border-r">
      <Link
        to="/records/$category/$resource"
        params={{ category: resource.category, resource: resource.name }}
        className="flex h-16 items-center gap-3 px-4 -outline-offset-2 hover:bg-hover"
      >
        <span className="min-w-0 flex-1">
          <span className={changedAt === null ? 'text-muted' : 'font-medium'}>
            {modelName(resource.model)}
          </span>
          <span className="block h-4 text-xs text-muted">
            {last.isPending && <Skeleton className="mt-1 h-3 w-24" />}
            {last.isError && 'Could not be read'}
            {last.isSuccess &&
              (changedAt === null ? (
                'No records'
              ) : (
                <>
                  Last changed <Ago at={changedAt} />
                </>
              ))}
          </span>
        </span>
        <ChevronRight className="size-4 text-faint" aria-hidden />
      </Link>
    </li>
  );
}
