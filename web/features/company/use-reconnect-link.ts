import { toast } from 'sonner';
import { $api } from '../../api/client';

/** A link to the page that reconnects a connection: opened here, or copied for the customer. */
export function useReconnectLink(connectionId: number) {
  const make = $api.useMutation('post', '/core/connections/{connection_id}/reconnect_link');
  const init = { params: { path: { connection_id: connectionId } } };
  const open = () => {
    // Opened by the click itself, as browsers refuse tabs that come later.
    const tab = window.open('about:blank', '_blank');
    if (tab !== null) tab.opener = null;
    make.mutate(init, {
      onSuccess: ({ data }) => {
        if (tab === null) window.location.assign(data.url);
        else tab.location.assign(data.url);
      },
      onError: () => tab?.close(),
    });
  };
  const copy = () => {
    make.mutate(init, {
      onSuccess: ({ data }) => void copyLink(data.url),
    });
  };
  return { open, copy, isPending: make.isPending };
}

async function copyLink(url: string): Promise<void> {
  await navigator.clipboard.writeText(url);
  toast.success('Reconnect link copied', {
    description: 'Send it to your customer: it asks for the credentials anew.',
  });
}
