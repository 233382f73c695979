import { $api } from './client';

/** The organisation's companies by id, for names and for choosing. */
export function useCompanyNames(): ReadonlyMap<number, string> {
  const { data } = $api.useQuery(
    'get',
    '/core/companies',
    { params: { query: { limit: 1000 } } },
    { staleTime: 60_000 },
  );
  return new Map((data?.data ?? []).map(({ rootfi_id: id, name }) => [id, name]));
}
