import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { Field } from '../components/field';
import { LARGE_INPUT, LargeButton, Step } from './layout';
import type { Link } from './link';

const nameForm = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'Enter your company’s name.')
    .max(500, 'Use at most 500 characters.'),
});

/** Asks for the company's name where the link has none. */
export function NameStep({
  link,
  onNamed,
}: {
  readonly link: Link;
  readonly onNamed: (name: string) => void;
}) {
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(nameForm),
    defaultValues: { name: '' },
  });
  return (
    <Step
      title="What is your company called?"
      description={`${link.organisation_name} will know your data by this name.`}
    >
      <form
        noValidate
        onSubmit={handleSubmit(({ name }) => onNamed(name))}
        className="flex flex-1 flex-col justify-between gap-6"
      >
        <Field
          className={LARGE_INPUT}
          label="Company name"
          autoComplete="organization"
          error={formState.errors.name?.message}
          {...register('name')}
        />
        <LargeButton kind="primary" type="submit">
          Continue
        </LargeButton>
      </form>
    </Step>
  );
}
