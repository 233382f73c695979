import { ExternalLink } from 'lucide-react';
import { Button } from '../../components/button';
import { READ_ONLY, useMayWrite } from '../../lib/roles';
import { useReconnectLink } from './use-reconnect-link';

/** Leads to the page on which the connection's credentials are given anew. */
export function ReconnectButton({ connectionId }: { readonly connectionId: number }) {
  const mayWrite = useMayWrite();
  const { open, isPending } = useReconnectLink(connectionId);
  return (
    <Button
      size="small"
      disabled={!mayWrite}
      title={mayWrite ? undefined : READ_ONLY}
      isBusy={isPending}
      icon={<ExternalLink className="size-3.5" aria-hidden />}
      onClick={open}
    >
      Reconnect
    </Button>
  );
}
