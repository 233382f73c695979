import { ExternalLink } from 'lucide-react';
import { WriteButton } from '../../components/write-button';
import { useReconnectLink } from './use-reconnect-link';

/** Leads to the page on which the connection's credentials are given anew. */
export function ReconnectButton({ connectionId }: { readonly connectionId: number }) {
  const { open, isPending } = useReconnectLink(connectionId);
  return (
    <WriteButton
      size="small"
      isBusy={isPending}
      icon={<ExternalLink className="size-3.5" aria-hidden />}
      onClick={open}
    >
      Reconnect
    </WriteButton>
  );
}
