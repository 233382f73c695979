import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { toast } from 'sonner';
import { api, type Schemas } from '../../api/client';
import { refreshLive } from '../../api/live';
import { plural } from '../../lib/format';
import { changesOf, countsInWords, sumOf } from '../../lib/sync-words';

type Sync = Schemas['Sync'];

/** Asks often at first, as most syncs take a second, and seldom later. */
const WAITS_MS = [300, 300, 300, 400, 500, 600, 800, 1_000, 1_000, 2_000];
const LAST_WAIT_MS = 5_000;
const PATIENCE_MS = 30 * 60_000;

/**
 * Tells how requested syncs end, wherever in the dashboard the person is by then. `isRunning` is true from the request
 * to that moment.
 */
export function useAnnounce() {
  const [running, setRunning] = useState(0);
  const queryClient = useQueryClient();
  const navigate = useNavigate();

  const show = (syncs: readonly Sync[]) => {
    const [first] = syncs;
    if (first === undefined) return;
    const sync = syncs.find(({ status }) => status === 'FAILED') ?? first;
    const view = () => void navigate({ to: '/syncs/$syncId', params: { syncId: sync.sync_id } });
    sayHowItEnded(syncs, view);
  };
  const announce = async (requested: readonly Sync[]): Promise<void> => {
    setRunning((before) => before + 1);
    void refreshLive(queryClient);
    const ended = await Promise.all(requested.map(({ sync_id: id }) => untilEnded(id)));
    setRunning((before) => before - 1);
    await refreshLive(queryClient);
    show(ended.filter((sync) => sync !== null));
  };
  return { isRunning: running > 0, announce };
}

/** The sync once it has ended; null where nobody would wait for it any longer. */
async function untilEnded(syncId: string): Promise<Sync | null> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let round = 0; Date.now() < deadline; round += 1) {
    await new Promise((resolve) => window.setTimeout(resolve, WAITS_MS[round] ?? LAST_WAIT_MS));
    const sync = await read(syncId);
    if (sync?.status === 'SUCCESS' || sync?.status === 'FAILED') return sync;
  }
  return null;
}

async function read(syncId: string): Promise<Sync | null> {
  try {
    const { data } = await api.GET('/core/syncs/{sync_id}', {
      params: { path: { sync_id: syncId } },
    });
    return data?.data ?? null;
  } catch {
    // The server is out of reach for now: asked again.
    return null;
  }
}

function sayHowItEnded(syncs: readonly Sync[], view: () => void): void {
  const total = (of: (sync: Sync) => number) => syncs.reduce((sum, sync) => sum + of(sync), 0);
  const action = { label: 'View', onClick: view };
  const failed = total((sync) => sync.failed_count);
  if (failed > 0) {
    toast.error(`${plural(failed, 'data model')} could not be synced`, {
      description: `Of ${total((sync) => sync.total_count)} that were asked for.`,
      action,
    });
    return;
  }
  const held = total((sync) => sync.deletions_held);
  if (held > 0) {
    toast.warning(`${plural(held, 'deletion')} held`, {
      description: 'They are too many to be carried out unasked. See Deletions held.',
      action,
    });
    return;
  }
  const counts = sumOf(syncs.map((sync) => sync.counts));
  const changed = changesOf(counts);
  toast.success(changed === 0 ? 'No records changed' : `${plural(changed, 'record')} changed`, {
    action,
    ...(changed === 0 ? {} : { description: countsInWords(counts) }),
  });
}
