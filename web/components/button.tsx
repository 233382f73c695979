import { Button as BaseButton } from '@base-ui/react/button';
import type { ComponentProps, ReactNode } from 'react';
import { classes } from '../lib/classes';
import { Spinner } from './spinner';

type Kind = 'primary' | 'secondary' | 'quiet' | 'danger';

const KINDS: Record<Kind, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent',
  secondary: 'bg-raised text-text border-line-strong hover:bg-hover',
  quiet: 'bg-transparent text-muted border-transparent hover:bg-hover hover:text-text',
  danger: 'bg-bad-soft text-bad border-transparent hover:brightness-95',
};
const SIZES = { small: 'h-7 text-xs gap-1.5', normal: 'h-8 text-[13px] gap-2' };
const WITH_TEXT = { small: 'px-2', normal: 'px-3' };
const ICON_ONLY = { small: 'w-7', normal: 'w-8' };

export interface ButtonProps extends Omit<ComponentProps<typeof BaseButton>, 'className'> {
  readonly kind?: Kind;
  readonly size?: keyof typeof SIZES;
  readonly icon?: ReactNode;
  /** Shows a spinner in the icon's place and takes no clicks; the width stays. */
  readonly isBusy?: boolean;
  readonly className?: string;
}

export function Button({
  kind = 'secondary',
  size = 'normal',
  icon,
  isBusy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  const hasText = children !== undefined;
  return (
    <BaseButton
      {...rest}
      disabled={disabled === true || isBusy}
      focusableWhenDisabled={isBusy}
      className={classes(
        'inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap transition-colors select-none disabled:cursor-default data-[disabled]:opacity-55',
        KINDS[kind],
        SIZES[size],
        hasText ? WITH_TEXT[size] : ICON_ONLY[size],
        className,
      )}
    >
      {isBusy ? <Spinner /> : icon}
      {children}
    </BaseButton>
  );
}
