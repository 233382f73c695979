import { useQuery } from '@tanstack/react-query';
import { api } from './client';

/** The organisation's companies by id, for names and for choosing: all of them, a thousand at a time. */
export function useCompanyNames(): ReadonlyMap<number, string> {
  const { data } = useQuery({
    queryKey: ['company-names'],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const names = new Map<number, string>();
      let next: string | undefined;
      do {
        const query = { limit: 1000, ...(next === undefined ? {} : { next }) };
        const { data: page, error } = await api.GET('/core/companies', {
          params: { query },
          signal,
        });
        if (page === undefined) throw error;
        for (const { rootfi_id: id, name } of page.data) names.set(id, name);
        next = page.next ?? undefined;
      } while (next !== undefined);
      return names;
    },
  });
  return data ?? NONE;
}

const NONE: ReadonlyMap<number, string> = new Map();
