import { useSuspenseQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/session';

/** Where Temporal Web UI shows a workflow; null where this installation knows no such address. */
export function useTemporalLinks(): (workflowId: string) => string | null {
  const { data } = useSuspenseQuery(sessionQuery);
  const session = data.data;
  return (workflowId) => {
    if (session === null || session.temporal_ui_url === null) return null;
    const base = session.temporal_ui_url.replace(/\/$/, '');
    return `${base}/namespaces/${encodeURIComponent(session.temporal_namespace)}/workflows/${encodeURIComponent(workflowId)}`;
  };
}

export const connectionWorkflow = (connectionId: number): string => `conn/${connectionId}`;
export const modelWorkflow = (connectionId: number, dataModel: string): string =>
  `sync/${connectionId}/${dataModel}`;
