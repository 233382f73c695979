import { useQueries } from '@tanstack/react-query';
import { $api } from '../../api/client';
import { useRefetchInterval } from '../../api/live';

/** What the parts of the page ask for. Each asks for itself; equal questions are asked once. */

export type CompanyAnswer = NonNullable<ReturnType<typeof useCompany>['data']>['data'];
export type Connection = NonNullable<CompanyAnswer['connections']>[number];
export type ModelsAnswer = NonNullable<ReturnType<typeof useModels>['data']>;
export type Model = ModelsAnswer['data'][number];
export type Explanation = NonNullable<ReturnType<typeof useExplanations>['data']>['data'][number];

/** A connection with its data models; undefined until they are here. */
export interface ConnectionParts {
  readonly connection: Connection;
  readonly models: readonly Model[] | undefined;
}

const WHILE_OPEN_MS = 2_000;

const of = (connectionId: number) => ({ params: { path: { connection_id: connectionId } } });

export function useCompany(companyId: number) {
  const refetchInterval = useRefetchInterval();
  return $api.useQuery(
    'get',
    '/core/companies/{company_id}',
    { params: { path: { company_id: companyId } } },
    { refetchInterval },
  );
}

export function useModels(connectionId: number) {
  const refetchInterval = useRefetchInterval();
  return $api.useQuery('get', '/core/connections/{connection_id}/models', of(connectionId), {
    refetchInterval,
  });
}

export function useParts(connections: readonly Connection[]): ConnectionParts[] {
  const refetchInterval = useRefetchInterval();
  const found = useQueries({
    queries: connections.map(({ rootfi_id: id }) => ({
      ...$api.queryOptions('get', '/core/connections/{connection_id}/models', of(id)),
      refetchInterval,
    })),
  });
  return connections.map((connection, index) => ({
    connection,
    models: found[index]?.data?.data,
  }));
}

export function useExplanations(connectionId: number) {
  const seldom = useRefetchInterval();
  return $api.useQuery('get', '/core/connections/{connection_id}/explain', of(connectionId), {
    // Events tell of what begins and ends; how far an open pull has come is asked for.
    refetchInterval: ({ state }) =>
      state.data?.data.some(({ evidence }) => evidence.pull !== null) ? WHILE_OPEN_MS : seldom,
  });
}

export function useQuota(connectionId: number) {
  // A window empties as time goes by, which no event tells of.
  return $api.useQuery('get', '/core/connections/{connection_id}/quota', of(connectionId), {
    refetchInterval: 5_000,
  });
}
