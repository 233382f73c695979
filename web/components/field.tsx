import { Field as BaseField } from '@base-ui/react/field';
import type { ComponentProps, ReactNode } from 'react';
import { classes } from '../lib/classes';

export const INPUT_CLASSES =
  'h-8 w-full rounded-md border border-line-strong bg-surface px-2.5 text-[13px] text-text placeholder:text-faint aria-[invalid=true]:border-bad';

/** A labelled input with its help and its error, tied together for screen readers. */
export function Field({
  label,
  help,
  error,
  className,
  ...input
}: {
  readonly label: string;
  readonly help?: ReactNode;
  readonly error?: string | undefined;
} & Omit<ComponentProps<typeof BaseField.Control>, 'className'> & { readonly className?: string }) {
  return (
    <BaseField.Root
      invalid={error !== undefined}
      className={classes('flex flex-col gap-1', className)}
    >
      <BaseField.Label className="text-[13px] font-medium">{label}</BaseField.Label>
      <BaseField.Control {...input} className={INPUT_CLASSES} />
      {help !== undefined && (
        <BaseField.Description className="text-xs text-muted">{help}</BaseField.Description>
      )}
      {error !== undefined && (
        <BaseField.Error match className="text-xs text-bad">
          {error}
        </BaseField.Error>
      )}
    </BaseField.Root>
  );
}
