import type { ReactNode } from 'react';
import { Button } from './button';

/** What an infinite query says of its pages. */
interface PagedList {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
}

/** Asks for a list's next page; nothing where all of it is here. */
export function LoadMore({
  list,
  className = '',
}: {
  readonly list: PagedList;
  readonly className?: string;
}) {
  if (!list.hasNextPage) return null;
  return (
    <Button
      size="small"
      className={className}
      isBusy={list.isFetchingNextPage}
      onClick={() => void list.fetchNextPage()}
    >
      Load more
    </Button>
  );
}

/** The same below a list in a card, beside words of how much is shown. */
export function LoadMoreFooter({
  list,
  children,
}: {
  readonly list: PagedList;
  readonly children?: ReactNode;
}) {
  if (!list.hasNextPage) return null;
  return (
    <div className="flex items-center justify-between gap-3 border-t border-line px-4 py-2 text-xs text-muted">
      {children}
      <LoadMore list={list} />
    </div>
  );
}
