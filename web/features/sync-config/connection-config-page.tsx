import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { toast } from 'sonner';
import { $api } from '../../api/client';
import { usePlatformNames } from '../../api/platforms';
import { Badge } from '../../components/badge';
import { Banner } from '../../components/banner';
import { Confirm } from '../../components/dialog';
import { Page } from '../../components/page';
import { ErrorState, SkeletonRows } from '../../components/states';
import { WriteButton } from '../../components/write-button';
import { ConfigEditor } from './config-editor';
import { EstimateCard } from './estimate-card';
import { useModels } from './models-of';

/** A connection's sync config: the organisation's, or its own. */
export function ConnectionConfigPage() {
  const { connectionId } = useParams({ from: '/signed-in/connections/$connectionId/sync-config' });
  const path = { connection_id: Number(connectionId) };
  const connection = $api.useQuery('get', '/core/connections/{connection_id}', {
    params: { path },
  });
  const found = connection.data?.data;
  const company = $api.useQuery(
    'get',
    '/core/companies/{company_id}',
    { params: { path: { company_id: found?.rootfi_company_id ?? 0 } } },
    { enabled: found !== undefined },
  );
  const type = found?.integration_type;
  const platformName = usePlatformNames();
  const { models, isPending } = useModels(type === undefined ? null : { integrationType: type });
  const platform = type === undefined ? '' : platformName(type);
  const companyName = company.data?.data.name ?? 'Company';
  const follows = found?.follows_organisation === true;
  return (
    <Page
      title={`Sync config of ${platform}`}
      documentTitle={`Sync config, ${companyName}`}
      crumbs={
        found !== undefined && (
          <>
            <Link to="/companies" className="hover:text-text">
              Companies
            </Link>
            <span aria-hidden>/</span>
            <Link
              to="/companies/$companyId"
              params={{ companyId: String(found.rootfi_company_id) }}
              className="hover:text-text"
            >
              {companyName}
            </Link>
          </>
        )
      }
      badge={
        found !== undefined && (
          <Badge tone={follows ? 'neutral' : 'accent'}>
            {follows ? 'Follows the organisation' : 'Has its own'}
          </Badge>
        )
      }
    >
      {connection.isError && (
        <ErrorState error={connection.error} retry={() => void connection.refetch()} />
      )}
      {connection.isPending && <SkeletonRows rows={10} />}
      {found !== undefined && !isPending && (
        <OwnConfig connectionId={found.rootfi_id} models={models} />
      )}
    </Page>
  );
}

function OwnConfig({
  connectionId,
  models,
}: {
  readonly connectionId: number;
  readonly models: ReturnType<typeof useModels>['models'];
}) {
  const queryClient = useQueryClient();
  const path = { connection_id: connectionId };
  const config = $api.useQuery('get', '/core/connections/{connection_id}/sync_config', {
    params: { path },
  });
  const [isCopy, setCopy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [version, setVersion] = useState(0);
  const save = $api.useMutation('put', '/core/connections/{connection_id}/sync_config', {
    onSuccess: async ({ follows_organisation: follows }) => {
      await queryClient.invalidateQueries();
      setCopy(false);
      setAsking(false);
      setVersion(version + 1);
      toast.success(follows ? 'It follows the organisation now' : 'Sync config saved');
    },
  });
  if (config.isError) {
    return <ErrorState error={config.error} retry={() => void config.refetch()} />;
  }
  if (config.data === undefined) return <SkeletonRows rows={10} />;
  const { sync_config: saved, follows_organisation: follows } = config.data;
  return (
    <>
      {follows && !isCopy && (
        <Banner
          tone="info"
          title="This connection follows the organisation’s sync config"
          actions={<WriteButton onClick={() => setCopy(true)}>Make its own</WriteButton>}
        >
          Change it for everybody in the{' '}
          <Link to="/sync-config" className="text-accent-text underline">
            organisation’s sync config
          </Link>
          , or give this connection a copy of its own to change.
        </Banner>
      )}
      <ConfigEditor
        key={`${version}:${isCopy}`}
        title={follows ? 'What holds for it' : 'Its own sync config'}
        description={
          follows && !isCopy
            ? 'As the organisation has it.'
            : 'Holds for this connection only. Drag or use the arrow keys to say what goes first when the platform’s limit is short.'
        }
        saved={saved}
        models={models}
        connectionId={connectionId}
        isLocked={follows && !isCopy}
        isNew={isCopy}
        onDiscardNew={() => setCopy(false)}
        isSaving={save.isPending}
        onSave={(entries) => save.mutate({ params: { path }, body: { sync_config: entries } })}
      >
        {(entries, isValid) => (
          <EstimateCard connectionId={connectionId} entries={entries} isValid={isValid} />
        )}
      </ConfigEditor>
      {!follows && (
        <section className="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line bg-raised px-4 py-3 text-[13px]">
          <p>
            <span className="font-medium">Follow the organisation again</span>
            <span className="block text-muted">
              The list above is dropped, and later changes of the default hold here too.
            </span>
          </p>
          <WriteButton onClick={() => setAsking(true)}>Follow the organisation</WriteButton>
        </section>
      )}
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => save.mutate({ params: { path }, body: { sync_config: null } })}
        title="Drop this connection’s own sync config?"
        act="Follow the organisation"
        isBusy={save.isPending}
      >
        It then syncs as the organisation’s sync config says. Data models that are off there stop
        syncing; their records stay.
      </Confirm>
    </>
  );
}
