import { Skeleton } from '../components/states';

/** Holds the place of the first step. */
export function LoadingStep() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-1 flex-col px-8 pt-12 pb-7">
      <Skeleton className="mb-5 h-12 w-32" />
      <Skeleton className="h-6 w-4/5" />
      <Skeleton className="mt-3 h-4 w-full" />
      <Skeleton className="mt-2 h-4 w-2/3" />
      <Skeleton className="mt-8 h-40 w-full" />
      <Skeleton className="mt-auto h-10 w-full" />
    </div>
  );
}
