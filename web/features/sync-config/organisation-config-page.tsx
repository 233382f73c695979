import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { toast } from 'sonner';
import { useCompanyNames } from '../../api/companies';
import { $api } from '../../api/client';
import { CATEGORIES } from '../../lib/categories';
import { Page } from '../../components/page';
import { Picker } from '../../components/picker';
import { Select } from '../../components/select';
import { ErrorState, SkeletonRows } from '../../components/states';
import { ConfigEditor } from './config-editor';
import type { SavedEntry } from './draft';
import { EstimateCard } from './estimate-card';
import { useModels } from './models-of';

type Category = SavedEntry['category'];

/** The organisation's default of a category: it holds for every connection that has no list of its own. */
export function OrganisationConfigPage() {
  const search = useSearch({ from: '/signed-in/sync-config' });
  const navigate = useNavigate();
  const category = CATEGORIES.find(({ value }) => value === search.category)?.value ?? 'ACCOUNTING';
  return (
    <Page
      title="Sync config"
      documentTitle="Sync config"
      actions={
        <Select
          label="Category"
          value={category}
          options={CATEGORIES}
          onChange={(next) => void navigate({ to: '/sync-config', search: { category: next } })}
        />
      }
    >
      <CategoryConfig key={category} category={category} />
    </Page>
  );
}

function CategoryConfig({ category }: { readonly category: Category }) {
  const queryClient = useQueryClient();
  const query = { category };
  const config = $api.useQuery('get', '/core/syncs/config', { params: { query } });
  const { models, platforms, isPending } = useModels({ category });
  const [version, setVersion] = useState(0);
  const save = $api.useMutation('put', '/core/syncs/config', {
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      setVersion(version + 1);
      toast.success('Sync config saved', {
        description: 'Connections that follow the organisation are brought up to date now.',
      });
    },
  });
  if (config.isError) {
    return <ErrorState error={config.error} retry={() => void config.refetch()} />;
  }
  if (config.data === undefined || isPending) return <SkeletonRows rows={10} />;
  return (
    <ConfigEditor
      key={version}
      title="The organisation’s default"
      description="Holds for every connection without a sync config of its own. Drag or use the arrow keys to say what goes first when the platform’s limit is short."
      saved={config.data.sync_config}
      models={models}
      connectionId={null}
      isSaving={save.isPending}
      onSave={(entries) => save.mutate({ params: { query }, body: { sync_config: entries } })}
    >
      {(entries, isValid) => (
        <FollowerEstimate
          category={category}
          platforms={platforms}
          entries={entries}
          isValid={isValid}
        />
      )}
    </ConfigEditor>
  );
}

/** What the list would cost one connection that follows it, as limits belong to a platform account. */
function FollowerEstimate({
  category,
  platforms,
  entries,
  isValid,
}: {
  readonly category: Category;
  readonly platforms: ReturnType<typeof useModels>['platforms'];
  readonly entries: Parameters<typeof EstimateCard>[0]['entries'];
  readonly isValid: boolean;
}) {
  const [chosen, setChosen] = useState<string | null>(null);
  const { data: connections } = $api.useQuery('get', '/core/connections', {
    params: { query: { limit: 100 } },
  });
  const names = useCompanyNames();
  const followers = (connections?.data ?? []).filter(
    (connection) =>
      connection.category === category &&
      connection.follows_organisation &&
      connection.connection_status === 'HEALTHY',
  );
  const first = followers[0];
  if (first === undefined) return null;
  const value = chosen ?? String(first.rootfi_id);
  const follower = followers.find((each) => String(each.rootfi_id) === value) ?? first;
  const readable = new Set<string>(
    platforms.find((each) => each.integration_type === follower.integration_type)?.data_models,
  );
  return (
    <EstimateCard
      connectionId={Number(value)}
      entries={entries.filter((entry) => readable.has(entry.data_model))}
      isValid={isValid}
      actions={
        <Picker
          label="Connection that is reckoned with"
          value={value}
          options={followers.map((connection) => ({
            value: String(connection.rootfi_id),
            label: names.get(connection.rootfi_company_id) ?? `Connection ${connection.rootfi_id}`,
          }))}
          onChange={setChosen}
          className="max-w-60"
        />
      }
    />
  );
}
