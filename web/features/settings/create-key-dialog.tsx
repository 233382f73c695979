import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { $api } from '../../api/client';
import { problemOf } from '../../api/problem';
import { Dialog, FormButtons } from '../../components/dialog';
import { Field } from '../../components/field';
import { ShownOnce } from './shown-once';

/** Makes a key, and shows it this once. */
export function CreateKeyDialog({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const queryClient = useQueryClient();
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const create = $api.useMutation('post', '/core/api_keys', {
    meta: { showsOwnErrors: true },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['get', '/core/api_keys'] }),
    onError: (error) => setProblem(problemOf(error).message),
  });
  const close = () => {
    onClose();
    create.reset();
    setProblem(undefined);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    if (name === '') setProblem('Enter what it is for.');
    else create.mutate({ body: { name } });
  };
  const made = create.data;
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={made === undefined ? 'Create an API key' : `Key “${made.data.name}”`}
      description={made === undefined ? 'It works until it is revoked.' : undefined}
    >
      {made === undefined ? (
        <form noValidate onSubmit={submit} className="flex flex-col gap-4">
          <Field
            label="Name"
            name="name"
            maxLength={100}
            help="What will use it, such as Billing in production."
            autoComplete="off"
            error={problem}
          />
          <FormButtons act="Create key" onCancel={close} isBusy={create.isPending} />
        </form>
      ) : (
        <ShownOnce label="API key" secret={made.key} />
      )}
    </Dialog>
  );
}
