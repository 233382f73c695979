import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { toast } from 'sonner';
import { z } from 'zod';
import { $api, type Schemas } from '../../api/client';
import { problemOf } from '../../api/problem';
import { Dialog, FormButtons } from '../../components/dialog';
import { Field } from '../../components/field';
import { newPassword } from './password';

const passwordForm = z.object({ password: newPassword });

/** For a user who has forgotten theirs. */
export function SetPasswordDialog({
  user,
  isOpen,
  onClose,
}: {
  readonly user: Schemas['User'];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const form = useForm({ resolver: zodResolver(passwordForm), defaultValues: { password: '' } });
  const close = () => {
    form.reset();
    onClose();
  };
  const set = $api.useMutation('put', '/core/users/{user_id}', {
    meta: { showsOwnErrors: true },
    onSuccess: () => {
      toast.success(`Password of ${user.email} set`);
      close();
    },
    onError: (error) => form.setError('password', { message: problemOf(error).message }),
  });
  const submit = form.handleSubmit(({ password }) =>
    set.mutate({ params: { path: { user_id: user.rootfi_id } }, body: { password } }),
  );
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={`Set a password for ${user.name || user.email}`}
      description="They are signed out everywhere, and sign in with this one."
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="New password"
          type="password"
          autoComplete="new-password"
          help="12 characters or more."
          error={form.formState.errors.password?.message}
          {...form.register('password')}
        />
        <FormButtons act="Set password" onCancel={close} isBusy={set.isPending} />
      </form>
    </Dialog>
  );
}
