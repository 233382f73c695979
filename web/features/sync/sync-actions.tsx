import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CircleStop, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { $api } from '../../api/client';
import { refreshLive } from '../../api/live';
import { Confirm } from '../../components/dialog';
import { WriteButton } from '../../components/write-button';
import { plural } from '../../lib/format';
import { isOpen, type Job, type Sync } from './queries';

/** Ends an open sync, or asks for an ended one again. */
export function SyncActions({
  sync,
  jobs,
}: {
  readonly sync: Sync;
  readonly jobs: readonly Job[];
}) {
  return isOpen(sync) ? <Cancel sync={sync} /> : <RunAgain sync={sync} jobs={jobs} />;
}

function Cancel({ sync }: { readonly sync: Sync }) {
  const [isAsking, setAsking] = useState(false);
  const queryClient = useQueryClient();
  const cancel = $api.useMutation('post', '/core/syncs/{sync_id}/cancel', {
    onSuccess: () => {
      toast.success('Sync cancelled');
      void refreshLive(queryClient);
    },
    onSettled: () => setAsking(false),
  });
  const open = sync.running_count + sync.pending_count;
  return (
    <>
      <WriteButton
        icon={<CircleStop className="size-3.5" aria-hidden />}
        onClick={() => setAsking(true)}
      >
        Cancel sync
      </WriteButton>
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => cancel.mutate({ params: { path: { sync_id: sync.sync_id } } })}
        isBusy={cancel.isPending}
        isDangerous
        title="Cancel this sync?"
        act="Cancel sync"
        dismiss="Keep it running"
      >
        It ends {plural(open, 'open job')} of this sync and no one else’s. What is stored by now
        stays; the next sync reads the rest.
      </Confirm>
    </>
  );
}

function RunAgain({ sync, jobs }: { readonly sync: Sync; readonly jobs: readonly Job[] }) {
  const navigate = useNavigate();
  const again = $api.useMutation('post', '/core/syncs', {
    onSuccess: ({ data }) =>
      void navigate({ to: '/syncs/$syncId', params: { syncId: data.sync_id } }),
  });
  const run = () =>
    again.mutate({
      body: {
        company_id: sync.rootfi_company_id,
        integration_type: sync.integration_type,
        data_models_to_sync: jobs.map(({ data_model: name, variables: { sync_from: from } }) =>
          sync.mode === 'from_date' && from !== null ? { data_model: name, sync_from: from } : name,
        ),
        ...(sync.mode === 'full' ? { full_sync: true } : {}),
      },
    });
  return (
    <WriteButton
      disabled={jobs.length === 0}
      isBusy={again.isPending}
      icon={<RotateCw className="size-3.5" aria-hidden />}
      onClick={run}
    >
      Run again
    </WriteButton>
  );
}
