import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { problemOf } from '../api/problem';
import { classes } from '../lib/classes';
import { Button } from './button';

/** Nothing is here: why, and what to do. */
export function EmptyState({
  icon,
  title,
  action,
  children,
}: {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly action?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      {icon !== undefined && <div className="text-faint [&_svg]:size-6">{icon}</div>}
      <p className="font-medium">{title}</p>
      {children !== undefined && <p className="max-w-md text-[13px] text-muted">{children}</p>}
      {action !== undefined && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** Something could not be read: the API's own words, and a way to try again. */
export function ErrorState({
  error,
  retry,
}: {
  readonly error: unknown;
  readonly retry?: (() => void) | undefined;
}) {
  const { message, code } = problemOf(error);
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      <CircleAlert className="size-6 text-bad" aria-hidden />
      <p className="font-medium">
        {code === 'not-found' ? 'This does not exist' : 'This could not be loaded'}
      </p>
      <p className="max-w-md text-[13px] text-muted">{message}</p>
      {retry !== undefined && code !== 'not-found' && (
        <Button className="mt-2" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** Holds the place of what is being loaded, so that nothing jumps when it comes. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={classes('animate-pulse rounded-md bg-hover', className)} />;
}

export function SkeletonRows({ rows = 6 }: { readonly rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-2 p-4">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} className="h-8 w-full" />
      ))}
    </div>
  );
}
