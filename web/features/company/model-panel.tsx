import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { $api } from '../../api/client';
import { ExternalLink } from '../../components/external-link';
import { Ago, Countdown, Instant } from '../../components/instant';
import { SidePanel } from '../../components/side-panel';
import { WriteButton } from '../../components/write-button';
import { count, lowerFirst, modelName, upperFirst } from '../../lib/format';
import { modelWorkflow, useTemporalLinks } from '../../lib/temporal';
import { ModelStatus } from './model-status';
import type { Connection, Explanation, Model } from './queries';
import { RunList } from './run-list';
import { useAnnounce } from './use-announce';

/** One data model of a connection: why it is where it is, how complete it is, and its runs. */
export function ModelPanel({
  connection,
  model,
  explanation,
  onClose,
}: {
  readonly connection: Connection;
  readonly model: Model;
  readonly explanation: Explanation | undefined;
  readonly onClose: () => void;
}) {
  const { data_model: name } = model;
  const { rootfi_id: connectionId } = connection;
  const temporal = useTemporalLinks()(modelWorkflow(connectionId, name));
  return (
    <SidePanel
      isOpen
      onClose={onClose}
      title={modelName(name)}
      badge={<ModelStatus model={model} explanation={explanation} />}
    >
      <div className="flex flex-col gap-5">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <span className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]">
            <Link
              to="/records/$category/$resource"
              params={{
                category: connection.category.toLowerCase(),
                resource: name.toLowerCase(),
              }}
              search={{ company: connection.rootfi_company_id }}
              className="rounded text-accent-text hover:underline"
            >
              Browse its records
            </Link>
            {temporal !== null && <ExternalLink href={temporal}>Temporal Web UI</ExternalLink>}
          </span>
          <SyncNow connection={connection} model={model} />
        </div>
        {explanation !== undefined && <Why explanation={explanation} />}
        <Facts model={model} explanation={explanation} />
        <section aria-label="Runs">
          <h3 className="mb-2 text-sm font-semibold">Runs</h3>
          <RunList connectionId={connectionId} dataModel={name} />
        </section>
      </div>
    </SidePanel>
  );
}

function SyncNow({
  connection,
  model,
}: {
  readonly connection: Connection;
  readonly model: Model;
}) {
  const { announce, isRunning } = useAnnounce();
  const sync = $api.useMutation('post', '/core/syncs', {
    onSuccess: ({ data }) => void announce([data]),
  });
  if (!model.enabled || connection.connection_status !== 'HEALTHY') return null;
  return (
    <WriteButton
      size="small"
      isBusy={sync.isPending || isRunning}
      onClick={() =>
        sync.mutate({
          body: {
            company_id: connection.rootfi_company_id,
            integration_type: connection.integration_type,
            data_models_to_sync: [model.data_model],
          },
        })
      }
    >
      Sync now
    </WriteButton>
  );
}

function Why({ explanation }: { readonly explanation: Explanation }) {
  const { reason, message, action, resumes_at: resumesAt } = explanation;
  return (
    <div className="rounded-lg bg-hover px-4 py-3 text-[13px]">
      <p>
        {message}
        {resumesAt !== null && (
          <>
            {' '}
            {reason === 'scheduled' ? 'Due in' : 'Goes on in'}{' '}
            <strong className="font-semibold">
              <Countdown to={resumesAt} />
            </strong>
            .
          </>
        )}
      </p>
      {action !== null && <p className="text-muted">What to do: {lowerFirst(action)}</p>}
    </div>
  );
}

function Facts({
  model,
  explanation,
}: {
  readonly model: Model;
  readonly explanation: Explanation | undefined;
}) {
  const { records, watermark, covered_from: from } = model;
  const isOwed = explanation?.evidence.history_owed ?? false;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-[13px]">
      <Fact name="Frequency">
        {model.enabled ? upperFirst(model.frequency_words) : 'Not enabled'}
      </Fact>
      <Fact name="Priority">{model.priority} of 9</Fact>
      <Fact name="Last success">
        <Ago at={model.last_success_at} />
      </Fact>
      <Fact name="Complete up to">
        <Instant at={watermark} />
      </Fact>
      {watermark !== null && (
        <Fact name="Complete from">
          {from === null ? 'The beginning' : <Instant at={from} />}
          {isOwed && <span className="text-muted"> (older history is still to be loaded)</span>}
        </Fact>
      )}
      <Fact name="Records">
        {count(records.live)}
        {records.deleted > 0 && `, ${count(records.deleted)} deleted`}
        {records.quarantined > 0 && `, ${count(records.quarantined)} quarantined`}
        {model.deletions_held > 0 && `, ${count(model.deletions_held)} deletions held`}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="tabular">{children}</dd>
    </>
  );
}
