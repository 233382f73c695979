import { zodResolver } from '@hookform/resolvers/zod';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { z } from 'zod';
import { $api } from '../../api/client';
import { problemOf } from '../../api/problem';
import { Dialog, FormButtons } from '../../components/dialog';
import { Field } from '../../components/field';
import { Select } from '../../components/select';
import { ROLE_WORDS, ROLES } from './roles';
import { ShownOnce } from './shown-once';

const userForm = z.object({
  email: z
    .string()
    .trim()
    .regex(/^[^\s@]+@[^\s@]+$/, 'Enter an e-mail address.')
    .max(254, 'Use at most 254 characters.'),
  name: z.string().trim().max(100, 'Use at most 100 characters.'),
  role: z.enum(['admin', 'member', 'read-only']),
});

/** Makes a user with a password that is made for them and shown once. */
export function InviteUserDialog({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const [made, setMade] = useState<{ email: string; password: string } | null>(null);
  const close = () => {
    onClose();
    setMade(null);
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={made === null ? 'Add a user' : `Password for ${made.email}`}
      description={
        made === null
          ? 'A first password is made for them.'
          : 'Give it to them; they change it under Settings.'
      }
    >
      {made === null ? (
        <UserForm onMade={setMade} onCancel={close} />
      ) : (
        <ShownOnce label="Password" secret={made.password} />
      )}
    </Dialog>
  );
}

function UserForm({
  onMade,
  onCancel,
}: {
  readonly onMade: (made: { email: string; password: string }) => void;
  readonly onCancel: () => void;
}) {
  const queryClient = useQueryClient();
  const form = useForm<z.infer<typeof userForm>>({
    resolver: zodResolver(userForm),
    defaultValues: { email: '', name: '', role: 'member' },
  });
  const { errors } = form.formState;
  const create = $api.useMutation('post', '/core/users', {
    meta: { showsOwnErrors: true },
    onSuccess: async ({ data, password }) => {
      await queryClient.invalidateQueries({ queryKey: ['get', '/core/users'] });
      onMade({ email: data.email, password: password ?? '' });
    },
    onError: (error) => {
      const { field, message } = problemOf(error);
      form.setError(field === 'name' ? 'name' : 'email', { message }, { shouldFocus: true });
    },
  });
  const submit = form.handleSubmit(({ email, name, role }) =>
    create.mutate({ body: { email, role, ...(name === '' ? {} : { name }) } }),
  );
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label="E-mail"
        inputMode="email"
        autoComplete="off"
        error={errors.email?.message}
        {...form.register('email')}
      />
      <Field
        label="Name (optional)"
        autoComplete="off"
        error={errors.name?.message}
        {...form.register('name')}
      />
      <Controller
        control={form.control}
        name="role"
        render={({ field }) => (
          <div className="flex flex-col gap-1">
            <span className="text-[13px] font-medium" aria-hidden>
              Role
            </span>
            <Select label="Role" value={field.value} options={ROLES} onChange={field.onChange} />
            <p className="text-xs text-muted">{ROLE_WORDS[field.value]}</p>
          </div>
        )}
      />
      <FormButtons act="Add user" onCancel={onCancel} isBusy={create.isPending} />
    </form>
  );
}
