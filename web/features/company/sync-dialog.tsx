import { type FormEvent, useId, useState } from 'react';
import { $api, type Schemas } from '../../api/client';
import { problemOf } from '../../api/problem';
import { Banner } from '../../components/banner';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Field } from '../../components/field';
import { plural } from '../../lib/format';
import { ConnectionChoice } from './connection-choice';
import { ModelPicker } from './model-picker';
import type { ConnectionParts, Model } from './queries';

export type SyncKind = 'chosen' | 'full' | 'from_date';

const TITLES: Record<SyncKind, string> = {
  chosen: 'Sync chosen data models',
  full: 'Full sync',
  from_date: 'Sync from a date',
};
const ACTS: Record<SyncKind, string> = {
  chosen: 'Sync',
  full: 'Start full sync',
  from_date: 'Sync from this date',
};

/** Asks for a sync of some data models of one connection, and says before what it will do. */
export function SyncDialog({
  kind,
  companyId,
  parts,
  onClose,
  onRequested,
}: {
  readonly kind: SyncKind;
  readonly companyId: number;
  readonly parts: readonly ConnectionParts[];
  readonly onClose: () => void;
  readonly onRequested: (sync: Schemas['Sync']) => void;
}) {
  const formId = useId();
  const healthy = parts.filter(({ connection }) => connection.connection_status === 'HEALTHY');
  const [chosenId, setChosenId] = useState(healthy[0]?.connection.rootfi_id);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const request = $api.useMutation('post', '/core/syncs', {
    meta: { showsOwnErrors: true },
    onSuccess: ({ data }) => {
      onRequested(data);
      onClose();
    },
  });
  const part = healthy.find(({ connection }) => connection.rootfi_id === chosenId);
  const models = part?.models?.filter(({ enabled }) => enabled) ?? [];
  const chosen = models.filter(({ data_model: name }) => !left.has(name));

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (part === undefined || chosen.length === 0) return;
    const from = String(new FormData(event.currentTarget).get('from') ?? '');
    request.mutate({
      body: {
        company_id: companyId,
        integration_type: part.connection.integration_type,
        data_models_to_sync: chosen.map(({ data_model: name }) =>
          kind === 'from_date' ? { data_model: name, sync_from: from } : name,
        ),
        ...(kind === 'full' ? { full_sync: true } : {}),
      },
    });
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={TITLES[kind]}
      description={<Does kind={kind} chosen={chosen} />}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            form={formId}
            isBusy={request.isPending}
            disabled={chosen.length === 0}
          >
            {ACTS[kind]}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        {part === undefined && (
          <Banner tone="warn" title="No connection can be synced">
            Each of them is expired, disconnected or not finished. Reconnect one first.
          </Banner>
        )}
        {request.isError && (
          <Banner tone="bad" title="The sync was not started">
            {problemOf(request.error).message}
          </Banner>
        )}
        <ConnectionChoice
          parts={healthy}
          value={chosenId}
          onChange={(id) => {
            setChosenId(id);
            setLeft(new Set());
          }}
        />
        {kind === 'from_date' && (
          <Field
            label="Changed at or after"
            name="from"
            type="date"
            required
            max={new Date().toISOString().slice(0, 10)}
            help="The beginning of that day, in UTC."
          />
        )}
        <ModelPicker models={models} left={left} onChange={setLeft} />
      </form>
    </Dialog>
  );
}

/** What it will do, and to how much. */
function Does({ kind, chosen }: { readonly kind: SyncKind; readonly chosen: readonly Model[] }) {
  const records = chosen.reduce((sum, { records: { live } }) => sum + live, 0);
  const models = plural(chosen.length, 'data model');
  switch (kind) {
    case 'chosen':
      return <>Reads what changed since the last sync, of {models}.</>;
    case 'from_date':
      return <>Reads again what changed since a date, of {models}. Deletes nothing.</>;
    case 'full':
      return (
        <>
          Reads everything of {models} again, about {plural(records, 'record')}, and marks those as
          deleted that the platform confirms are gone. It uses much of the platform’s quota.
        </>
      );
  }
}
