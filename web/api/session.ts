import { queryOptions } from '@tanstack/react-query';
import { api, setCsrfToken } from './client';

/** Who is signed in; null where nobody is. Every change of it passes here, as requests need its token. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Number.POSITIVE_INFINITY,
  retry: 2,
  queryFn: async () => {
    const { data, error } = await api.GET('/core/session');
    if (data === undefined) throw error;
    setCsrfToken(data.data?.csrf_token ?? null);
    return data;
  },
});

export type Session = NonNullable<
  Awaited<ReturnType<NonNullable<typeof sessionQuery.queryFn>>>['data']
>;
