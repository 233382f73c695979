import { useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { $api, type Schemas } from '../../api/client';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { Confirm } from '../../components/dialog';
import { Ago } from '../../components/instant';
import { EmptyState, ErrorState, SkeletonRows } from '../../components/states';
import { Table, Td, Th, Tr } from '../../components/table';
import { AdminsOnly } from './admins-only';
import { CreateKeyDialog } from './create-key-dialog';

type ApiKey = Schemas['ApiKey'];

export function ApiKeysTab() {
  return (
    <AdminsOnly what="API keys">
      <ApiKeys />
    </AdminsOnly>
  );
}

function ApiKeys() {
  const keys = $api.useQuery('get', '/core/api_keys');
  const [isCreating, setCreating] = useState(false);
  const create = () => setCreating(true);
  return (
    <Card
      title="API keys"
      description="For programs that read records and start syncs. A key may do what a member may."
      isFlush
      actions={
        <Button kind="primary" icon={<Plus className="size-4" aria-hidden />} onClick={create}>
          Create a key
        </Button>
      }
    >
      {keys.isPending && <SkeletonRows rows={3} />}
      {keys.isError && <ErrorState error={keys.error} retry={() => void keys.refetch()} />}
      {keys.isSuccess && keys.data.data.length === 0 && (
        <EmptyState icon={<KeyRound />} title="No API keys yet">
          Create one for each program that calls the API, so that each can be revoked alone.
        </EmptyState>
      )}
      {keys.isSuccess && keys.data.data.length > 0 && <KeyTable keys={keys.data.data} />}
      <CreateKeyDialog isOpen={isCreating} onClose={() => setCreating(false)} />
    </Card>
  );
}

/** Those that work first. */
function KeyTable({ keys }: { readonly keys: readonly ApiKey[] }) {
  const live = keys.filter((key) => key.revoked_at === null);
  const revoked = keys.filter((key) => key.revoked_at !== null);
  return (
    <Table label="API keys">
      <thead>
        <tr>
          <Th>Name</Th>
          <Th>Key</Th>
          <Th>Last used</Th>
          <Th>Created</Th>
          <Th>
            <span className="sr-only">Revoke</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {[...live, ...revoked].map((key) => (
          <KeyRow key={key.rootfi_id} apiKey={key} />
        ))}
      </tbody>
    </Table>
  );
}

function KeyRow({ apiKey }: { readonly apiKey: ApiKey }) {
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const revoke = $api.useMutation('delete', '/core/api_keys/{api_key_id}', {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['get', '/core/api_keys'] });
      toast.success(`Key “${apiKey.name}” revoked`);
    },
    onSettled: () => setAsking(false),
  });
  const isRevoked = apiKey.revoked_at !== null;
  return (
    <Tr className={isRevoked ? 'text-muted' : ''}>
      <Td className="font-medium">{apiKey.name}</Td>
      <Td>
        <code className="font-mono text-xs">{apiKey.prefix}…</code>
      </Td>
      <Td>
        <Ago at={apiKey.last_used_at} />
      </Td>
      <Td>
        <Ago at={apiKey.rootfi_created_at} />
      </Td>
      <Td className="text-right">
        {isRevoked ? (
          <Badge>Revoked</Badge>
        ) : (
          <Button kind="quiet" size="small" onClick={() => setAsking(true)}>
            Revoke
          </Button>
        )}
        <Confirm
          isOpen={isAsking}
          onClose={() => setAsking(false)}
          onConfirm={() => revoke.mutate({ params: { path: { api_key_id: apiKey.rootfi_id } } })}
          title={`Revoke “${apiKey.name}”?`}
          act="Revoke key"
          isDangerous
          isBusy={revoke.isPending}
        >
          Whatever still uses it is refused at once. A revoked key cannot be brought back.
        </Confirm>
      </Td>
    </Tr>
  );
}
