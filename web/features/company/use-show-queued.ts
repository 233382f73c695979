import { useQueryClient } from '@tanstack/react-query';
import { $api } from '../../api/client';
import type { ConnectionParts, ModelsAnswer } from './queries';

const AT_REST = new Set(['scheduled', 'on-request', 'paused', 'overdue']);

/**
 * Shows what a refresh asks for before the server has answered: enabled data models of healthy connections as queued.
 * What they really are is asked for a moment later, whatever becomes of the request.
 */
export function useShowQueued(parts: readonly ConnectionParts[]): () => void {
  const queryClient = useQueryClient();
  return () => {
    for (const { connection } of parts) {
      if (connection.connection_status !== 'HEALTHY') continue;
      const { queryKey } = $api.queryOptions('get', '/core/connections/{connection_id}/models', {
        params: { path: { connection_id: connection.rootfi_id } },
      });
      queryClient.setQueryData<ModelsAnswer>(queryKey, (before) => {
        if (before === undefined) return undefined;
        const data = before.data.map((model) =>
          model.enabled && AT_REST.has(model.status)
            ? { ...model, status: 'queued' as const }
            : model,
        );
        return { ...before, data };
      });
    }
  };
}
