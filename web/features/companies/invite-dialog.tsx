import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { $api } from '../../api/client';
import { usePlatforms } from '../../api/platforms';
import { problemOf } from '../../api/problem';
import { Checkbox } from '../../components/checkbox';
import { CopyField } from '../../components/copy-field';
import { Dialog, FormButtons } from '../../components/dialog';
import { Field } from '../../components/field';
import { categoryName } from '../../lib/categories';

/** Makes an invite link, and shows it to be copied. */
export function InviteDialog({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const [link, setLink] = useState<string | null>(null);
  const close = () => {
    onClose();
    setLink(null);
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={link === null ? 'Invite a customer' : 'Send this link to your customer'}
      description={
        link === null
          ? 'The link leads to a page where your customer connects a platform.'
          : 'Whoever has it can connect an account for this company. It works once.'
      }
    >
      {link === null ? (
        <InviteForm onMade={setLink} onCancel={close} />
      ) : (
        <CopyField label="Invite link" text={link} act="Copy link" />
      )}
    </Dialog>
  );
}

function InviteForm({
  onMade,
  onCancel,
}: {
  readonly onMade: (url: string) => void;
  readonly onCancel: () => void;
}) {
  const queryClient = useQueryClient();
  const { data: platforms } = usePlatforms();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const create = $api.useMutation('post', '/core/invite_links', {
    meta: { showsOwnErrors: true },
    onSuccess: async ({ data }) => {
      onMade(data.url);
      await queryClient.invalidateQueries({ queryKey: ['get', '/core/dashboard/companies'] });
    },
  });
  const known = platforms?.data ?? [];
  const chosen = known.filter((platform) => !left.has(platform.integration_type));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('company_name')).trim();
    create.mutate({
      body: {
        ...(name === '' ? {} : { company_name: name }),
        integration_categories: [...new Set(chosen.map(({ category }) => category))],
        ...(left.size === 0
          ? {}
          : { integrations: chosen.map(({ integration_type: type }) => type) }),
      },
    });
  };
  const toggle = (type: string, isChosen: boolean) => {
    const next = new Set(left);
    if (isChosen) next.delete(type);
    else next.add(type);
    setLeft(next);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label="Company name"
        name="company_name"
        maxLength={500}
        help="Left empty, your customer is asked for it."
        error={create.isError ? problemOf(create.error).message : undefined}
      />
      <fieldset>
        <legend className="mb-2 text-[13px] font-medium">Platforms the link offers</legend>
        <div className="flex flex-col gap-2">
          {known.map(({ integration_type: type, name, category }) => (
            <Checkbox
              key={type}
              isChecked={!left.has(type)}
              onChange={(isChosen) => toggle(type, isChosen)}
            >
              {name}
              <span className="text-xs text-muted">{categoryName(category)}</span>
            </Checkbox>
          ))}
        </div>
      </fieldset>
      <FormButtons
        act="Create link"
        onCancel={onCancel}
        isBusy={create.isPending}
        disabled={chosen.length === 0}
      />
    </form>
  );
}
