import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  Copy,
  Ellipsis,
  ExternalLink,
  KeyRound,
  Pause,
  Play,
  SlidersHorizontal,
  Unplug,
} from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { $api } from '../../api/client';
import { refreshLive } from '../../api/live';
import { Button } from '../../components/button';
import { Confirm } from '../../components/dialog';
import { Menu, MenuItem, MenuSeparator } from '../../components/menu';
import { WriteButton } from '../../components/write-button';
import { useMayWrite } from '../../lib/roles';
import { connectionWorkflow, useTemporalLinks } from '../../lib/temporal';
import type { Connection } from './queries';
import { useReconnectLink } from './use-reconnect-link';

/** What can be done with a connection. */
export function ConnectionActions({
  connection,
  name,
}: {
  readonly connection: Connection;
  readonly name: string;
}) {
  const { rootfi_id: id, connection_status: status, paused } = connection;
  const mayWrite = useMayWrite();
  const navigate = useNavigate();
  const reconnect = useReconnectLink(id);
  const temporal = useTemporalLinks()(connectionWorkflow(id));
  const [isAsking, setAsking] = useState(false);
  const acts = useConnectionActs(id, name);
  return (
    <>
      {status !== 'DISCONNECTED' && (
        <WriteButton
          size="small"
          kind="quiet"
          isBusy={acts.isPausing}
          icon={paused ? <Play className="size-3.5" /> : <Pause className="size-3.5" />}
          onClick={paused ? acts.resume : acts.pause}
        >
          {paused ? 'Resume' : 'Pause'}
        </WriteButton>
      )}
      <Button
        size="small"
        kind="quiet"
        icon={<SlidersHorizontal className="size-3.5" />}
        onClick={() =>
          void navigate({
            to: '/connections/$connectionId/sync-config',
            params: { connectionId: String(id) },
          })
        }
      >
        Sync config
      </Button>
      <Menu
        trigger={
          <Button
            size="small"
            kind="quiet"
            aria-label={`More of ${name}`}
            icon={<Ellipsis className="size-4" />}
          />
        }
      >
        <MenuItem icon={<KeyRound />} disabled={!mayWrite} onClick={reconnect.open}>
          Reconnect
        </MenuItem>
        <MenuItem icon={<Copy />} disabled={!mayWrite} onClick={reconnect.copy}>
          Copy reconnect link
        </MenuItem>
        {temporal !== null && (
          <MenuItem
            icon={<ExternalLink />}
            onClick={() => window.open(temporal, '_blank', 'noopener')}
          >
            Temporal Web UI
          </MenuItem>
        )}
        {status !== 'DISCONNECTED' && (
          <>
            <MenuSeparator />
            <MenuItem
              icon={<Unplug />}
              isDangerous
              disabled={!mayWrite}
              onClick={() => setAsking(true)}
            >
              Disconnect…
            </MenuItem>
          </>
        )}
      </Menu>
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => acts.disconnect(() => setAsking(false))}
        isBusy={acts.isDisconnecting}
        isDangerous
        title={`Disconnect ${name}?`}
        act="Disconnect"
      >
        Its credentials are revoked and removed, and its open syncs end. The records stay. To go on
        later, the customer has to connect again.
      </Confirm>
    </>
  );
}

function useConnectionActs(id: number, name: string) {
  const queryClient = useQueryClient();
  const init = { params: { path: { connection_id: id } } };
  const told = (words: string, then?: () => void) => ({
    onSuccess: () => {
      toast.success(words);
      void refreshLive(queryClient);
    },
    onSettled: () => then?.(),
  });
  const pausing = $api.useMutation('post', '/core/connections/{connection_id}/pause');
  const resuming = $api.useMutation('post', '/core/connections/{connection_id}/resume');
  const leaving = $api.useMutation('post', '/core/connections/{connection_id}/disconnect');
  return {
    isPausing: pausing.isPending || resuming.isPending,
    isDisconnecting: leaving.isPending,
    pause: () => pausing.mutate(init, told(`${name} paused: no sync starts by itself`)),
    resume: () => resuming.mutate(init, told(`${name} resumed`)),
    disconnect: (then: () => void) => leaving.mutate(init, told(`${name} disconnected`, then)),
  };
}
