import { zodResolver } from '@hookform/resolvers/zod';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { toast } from 'sonner';
import { z } from 'zod';
import { $api } from '../../api/client';
import { problemOf } from '../../api/problem';
import { sessionQuery } from '../../api/session';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { Field } from '../../components/field';
import { newPassword } from './password';
import { roleName } from './roles';

const passwordForm = z
  .object({
    current: z.string().min(1, 'Enter the password you have now.'),
    wanted: newPassword,
    again: z.string(),
  })
  .refine(({ wanted, again }) => wanted === again, {
    path: ['again'],
    error: 'This differs from the new password.',
  });

/** Who one is, and one's password. */
export function ProfileTab() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  if (session.data === null) return null;
  const { name, email, role } = session.data.user;
  return (
    <div className="flex max-w-xl flex-col gap-5">
      <Card title="You">
        <dl className="grid grid-cols-[6rem_1fr] gap-y-2 text-[13px]">
          <dt className="text-muted">Name</dt>
          <dd>{name}</dd>
          <dt className="text-muted">E-mail</dt>
          <dd className="break-all">{email}</dd>
          <dt className="text-muted">Role</dt>
          <dd>{roleName(role)}</dd>
        </dl>
      </Card>
      <PasswordCard />
    </div>
  );
}

function PasswordCard() {
  const form = useForm({
    resolver: zodResolver(passwordForm),
    defaultValues: { current: '', wanted: '', again: '' },
  });
  const { errors } = form.formState;
  const change = $api.useMutation('put', '/core/session/password', {
    meta: { showsOwnErrors: true },
    onSuccess: () => {
      form.reset();
      toast.success('Password changed');
    },
    onError: (error) => {
      const { field, message } = problemOf(error);
      const name = field === 'new_password' ? 'wanted' : 'current';
      form.setError(name, { message }, { shouldFocus: true });
    },
  });
  const submit = form.handleSubmit(({ current, wanted }) =>
    change.mutate({ body: { current_password: current, new_password: wanted } }),
  );
  return (
    <Card title="Password" description="Your other sessions end when you change it.">
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Current password"
          type="password"
          autoComplete="current-password"
          error={errors.current?.message}
          {...form.register('current')}
        />
        <Field
          label="New password"
          type="password"
          autoComplete="new-password"
          help="12 characters or more."
          error={errors.wanted?.message}
          {...form.register('wanted')}
        />
        <Field
          label="New password again"
          type="password"
          autoComplete="new-password"
          error={errors.again?.message}
          {...form.register('again')}
        />
        <div>
          <Button kind="primary" type="submit" isBusy={change.isPending}>
            Change password
          </Button>
        </div>
      </form>
    </Card>
  );
}
