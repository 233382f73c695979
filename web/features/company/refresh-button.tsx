import { CalendarClock, ChevronDown, ListChecks, RefreshCw, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { $api } from '../../api/client';
import { usePlatformNames } from '../../api/platforms';
import { Button } from '../../components/button';
import { Menu, MenuItem } from '../../components/menu';
import { classes } from '../../lib/classes';
import { READ_ONLY, useMayWrite } from '../../lib/roles';
import type { ConnectionParts } from './queries';
import { SyncDialog, type SyncKind } from './sync-dialog';
import { useShowQueued } from './use-show-queued';
import { useAnnounce } from './use-announce';

/** An incremental sync of all that is enabled, by one click; beside it, the syncs that ask for more. */
export function RefreshButton({
  companyId,
  parts,
}: {
  readonly companyId: number;
  readonly parts: readonly ConnectionParts[];
}) {
  const mayWrite = useMayWrite();
  const platformName = usePlatformNames();
  const { isRunning, announce } = useAnnounce();
  const [kind, setKind] = useState<SyncKind | null>(null);
  const showQueued = useShowQueued(parts);
  const refresh = $api.useMutation('post', '/core/companies/{company_id}/refresh', {
    onMutate: showQueued,
    onSuccess: ({ data, skipped }) => {
      void announce(data);
      for (const { integration_type: type, reason } of skipped) {
        toast.warning(`${platformName(type)} was left out`, { description: reason });
      }
    },
  });
  const isOff = !mayWrite || parts.length === 0;
  const why = mayWrite ? 'Nothing is connected yet' : READ_ONLY;
  return (
    <div className="flex">
      <Button
        kind="primary"
        className="rounded-r-none"
        disabled={isOff}
        title={isOff ? why : undefined}
        isBusy={refresh.isPending}
        icon={
          <RefreshCw className={classes('size-3.5', isRunning && 'animate-spin')} aria-hidden />
        }
        onClick={() => refresh.mutate({ params: { path: { company_id: companyId } } })}
      >
        Refresh
      </Button>
      <span role="status" className="sr-only">
        {isRunning && 'Syncing'}
      </span>
      <Menu
        trigger={
          <Button
            kind="primary"
            className="rounded-l-none border-l-white/25"
            aria-label="More ways to sync"
            disabled={isOff}
            icon={<ChevronDown className="size-4" aria-hidden />}
          />
        }
      >
        <MenuItem icon={<ListChecks />} onClick={() => setKind('chosen')}>
          Sync chosen data models…
        </MenuItem>
        <MenuItem icon={<CalendarClock />} onClick={() => setKind('from_date')}>
          Sync from a date…
        </MenuItem>
        <MenuItem icon={<RotateCcw />} onClick={() => setKind('full')}>
          Full sync…
        </MenuItem>
      </Menu>
      {kind !== null && (
        <SyncDialog
          kind={kind}
          companyId={companyId}
          parts={parts}
          onClose={() => setKind(null)}
          onRequested={(sync) => void announce([sync])}
        />
      )}
    </div>
  );
}
