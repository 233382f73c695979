import type { Item } from '../../api/answers';
import { $api } from '../../api/client';
import { useIsLive } from '../../api/live';

export type Sync = NonNullable<ReturnType<typeof useSync>['data']>['data'];
export type Job = NonNullable<ReturnType<typeof useJobs>['data']>['data'][number];
export type RequestEntry = Item<'/core/syncs/jobs/{job_id}/requests'>;

/** A job's progress moves between the events that tell of it. */
const WHILE_OPEN_MS = 1_500;
const MOST_JOBS = 200;

export const isOpen = ({ status }: { readonly status: string }): boolean =>
  status === 'CREATED' || status === 'RUNNING';

export function useSync(syncId: string) {
  const isLive = useIsLive();
  return $api.useQuery(
    'get',
    '/core/syncs/{sync_id}',
    { params: { path: { sync_id: syncId } } },
    {
      refetchInterval: ({ state }) =>
        state.data !== undefined && isOpen(state.data.data) && (isLive ? 5_000 : WHILE_OPEN_MS),
    },
  );
}

export function useJobs(syncId: string) {
  return $api.useQuery(
    'get',
    '/core/syncs/{sync_id}/jobs',
    { params: { path: { sync_id: syncId }, query: { limit: MOST_JOBS } } },
    {
      refetchInterval: ({ state }) =>
        (state.data === undefined || state.data.data.some(isOpen)) && WHILE_OPEN_MS,
    },
  );
}
