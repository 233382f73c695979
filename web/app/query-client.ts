import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { problemOf } from '../api/problem';
import { sessionQuery } from '../api/session';

const RETRIES = 2;
/** Answers that trying again does not change. */
const FINAL = new Set(['not-found', 'operation-denied', 'unauthorized', 'invalid-params']);

function noteSignedOut(error: unknown): void {
  if (problemOf(error).code === 'unauthorized') {
    void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
  }
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteSignedOut }),
  mutationCache: new MutationCache({
    onError(error, _variables, _context, mutation) {
      noteSignedOut(error);
      // A form shows its own errors beside its fields.
      if (mutation.meta?.['showsOwnErrors'] !== true) toast.error(problemOf(error).message);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < RETRIES && !FINAL.has(problemOf(error).code),
    },
  },
});
