import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { $api } from '../api/client';
import { problemOf } from '../api/problem';
import { Field } from '../components/field';
import { lowerFirst } from '../lib/format';
import { LARGE_INPUT, LargeButton, Step } from './layout';
import type { Connected, CredentialField, Link, Platform } from './link';
import { Mark } from './marks';
import { Refusal } from './refusal';

type Values = Record<string, string>;

/** The platform's own details, tested with one call to it before anything is stored. */
export function CredentialsStep({
  link,
  platform,
  companyName,
  onConnected,
  onChanged,
  onBack,
}: {
  readonly link: Link;
  readonly platform: Platform;
  readonly companyName: string | null;
  readonly onConnected: (connected: Connected) => void;
  readonly onChanged: () => void;
  readonly onBack: () => void;
}) {
  const { fields, name, integration_type: integrationType } = platform;
  const form = useForm<Values>({
    resolver: zodResolver(formOf(fields)),
    defaultValues: Object.fromEntries(fields.map((field) => [field.name, ''])),
  });
  const test = $api.useMutation('post', '/connect/{invite_link_id}/credentials', {
    onSuccess: ({ data }) =>
      onConnected({ integrationType, platform: name, progressToken: data.progress_token }),
    onError: (error) => {
      const { code, field, message } = problemOf(error);
      const own = fields.find((each) => field === `credentials.${each.name}`);
      if (own !== undefined) form.setError(own.name, { message }, { shouldFocus: true });
      if (code === 'conflict') onChanged();
    },
  });
  const submit = form.handleSubmit((values) =>
    test.mutate({
      params: { path: { invite_link_id: link.invite_link_id } },
      body: {
        integration_type: integrationType,
        credentials: filled(values),
        ...(companyName === null ? {} : { company_name: companyName }),
      },
    }),
  );
  const { errors } = form.formState;
  return (
    <Step
      title={`Sign in to ${name}`}
      description={`${link.organisation_name} uses these details to read your data, and for nothing else.`}
      mark={<Mark name={name} size="large" />}
      onBack={onBack}
    >
      <form noValidate onSubmit={submit} className="flex flex-1 flex-col gap-4" autoComplete="off">
        {test.isError && !isBesideField(test.error, fields) && (
          <Refusal error={test.error} platform={name} />
        )}
        {fields.map((field) => (
          <Field
            key={field.name}
            className={LARGE_INPUT}
            label={field.required ? field.label : `${field.label} (optional)`}
            help={field.help ?? undefined}
            type={field.type === 'password' ? 'password' : 'text'}
            inputMode={field.type === 'url' ? 'url' : 'text'}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            required={field.required}
            error={errors[field.name]?.message}
            {...form.register(field.name)}
          />
        ))}
        <LargeButton kind="primary" type="submit" className="mt-auto" isBusy={test.isPending}>
          {test.isPending ? `Testing with ${name}` : 'Test and connect'}
        </LargeButton>
      </form>
    </Step>
  );
}

function formOf(fields: readonly CredentialField[]) {
  return z.object(Object.fromEntries(fields.map((field) => [field.name, ruleOf(field)])));
}

function ruleOf({ label, type, required }: CredentialField) {
  // A password may well begin or end with a blank.
  const text = type === 'password' ? z.string() : z.string().trim();
  const present = required ? text.min(1, `Enter ${theLabel(label)}.`) : text;
  if (type !== 'url') return present;
  return present.refine(
    (value) => value === '' || isAddress(value),
    'Enter a whole address, such as https://books.example.com.',
  );
}

/** `User name` → `the user name`; `API key` stays as it is written. */
function theLabel(label: string): string {
  return `the ${/^[A-Z][a-z]/.test(label) ? lowerFirst(label) : label}`;
}

function isAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function isBesideField(error: unknown, fields: readonly CredentialField[]): boolean {
  const { field } = problemOf(error);
  return fields.some(({ name }) => field === `credentials.${name}`);
}

function filled(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}
