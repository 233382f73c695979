import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { KeyRound, MoreHorizontal, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { $api, type Schemas } from '../../api/client';
import { sessionQuery } from '../../api/session';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { Confirm } from '../../components/dialog';
import { Ago } from '../../components/instant';
import { Menu, MenuItem } from '../../components/menu';
import { Select } from '../../components/select';
import { ErrorState, SkeletonRows } from '../../components/states';
import { Table, Td, Th, Tr } from '../../components/table';
import { AdminsOnly } from './admins-only';
import { InviteUserDialog } from './invite-user-dialog';
import { ROLES } from './roles';
import { SetPasswordDialog } from './set-password-dialog';

type User = Schemas['User'];

export function UsersTab() {
  return (
    <AdminsOnly what="users and roles">
      <Users />
    </AdminsOnly>
  );
}

function Users() {
  const users = $api.useQuery('get', '/core/users');
  const [isInviting, setInviting] = useState(false);
  return (
    <Card
      title="Users"
      description="Who may sign in, and what they may do."
      isFlush
      actions={
        <Button
          kind="primary"
          icon={<Plus className="size-4" aria-hidden />}
          onClick={() => setInviting(true)}
        >
          Add a user
        </Button>
      }
    >
      {users.isPending && <SkeletonRows rows={3} />}
      {users.isError && <ErrorState error={users.error} retry={() => void users.refetch()} />}
      {users.isSuccess && (
        <Table label="Users">
          <thead>
            <tr>
              <Th>User</Th>
              <Th>Role</Th>
              <Th>Last sign-in</Th>
              <Th>
                <span className="sr-only">More</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {users.data.data.map((user) => (
              <UserRow key={user.rootfi_id} user={user} />
            ))}
          </tbody>
        </Table>
      )}
      <InviteUserDialog isOpen={isInviting} onClose={() => setInviting(false)} />
    </Card>
  );
}

function UserRow({ user }: { readonly user: User }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<'remove' | 'password' | null>(null);
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['get', '/core/users'] });
  const params = { path: { user_id: user.rootfi_id } };
  const change = $api.useMutation('put', '/core/users/{user_id}', {
    onSuccess: async ({ data }) => {
      await refresh();
      toast.success(`Role of ${data.email} changed`);
    },
  });
  const remove = $api.useMutation('delete', '/core/users/{user_id}', {
    onSuccess: async () => {
      await refresh();
      toast.success(`${user.email} removed`);
    },
    onSettled: () => setAsked(null),
  });
  const isSelf = session.data?.user.rootfi_id === user.rootfi_id;
  return (
    <Tr>
      <Td>
        <p className="font-medium">
          {user.name || user.email} {isSelf && <span className="text-muted">(you)</span>}
        </p>
        <p className="text-xs text-muted">{user.email}</p>
      </Td>
      <Td>
        <Select
          label={`Role of ${user.email}`}
          value={user.role}
          options={ROLES}
          disabled={change.isPending}
          onChange={(role) => change.mutate({ params, body: { role } })}
          className="w-28"
        />
      </Td>
      <Td>
        <Ago at={user.last_sign_in_at} />
      </Td>
      <Td className="text-right">
        <Menu
          trigger={
            <Button
              kind="quiet"
              aria-label={`More for ${user.email}`}
              icon={<MoreHorizontal className="size-4" aria-hidden />}
            />
          }
        >
          <MenuItem icon={<KeyRound />} onClick={() => setAsked('password')}>
            Set a password
          </MenuItem>
          <MenuItem
            icon={<Trash2 />}
            isDangerous
            disabled={isSelf}
            onClick={() => setAsked('remove')}
          >
            Remove
          </MenuItem>
        </Menu>
        <SetPasswordDialog
          user={user}
          isOpen={asked === 'password'}
          onClose={() => setAsked(null)}
        />
        <Confirm
          isOpen={asked === 'remove'}
          onClose={() => setAsked(null)}
          onConfirm={() => remove.mutate({ params })}
          title={`Remove ${user.name || user.email}?`}
          act="Remove user"
          isDangerous
          isBusy={remove.isPending}
        >
          {user.email} is signed out at once and cannot sign in again. What they did stays in the
          activity log.
        </Confirm>
      </Td>
    </Tr>
  );
}
