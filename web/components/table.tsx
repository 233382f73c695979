import type { ComponentProps, ReactNode } from 'react';
import { classes } from '../lib/classes';

/** The look of a table; rows and columns are its caller's. Where it is too wide it scrolls, and nothing around it. */
export function Table({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="relative overflow-x-auto">
      <table aria-label={label} className="w-full border-collapse text-left text-[13px]">
        {children}
      </table>
    </div>
  );
}

export function Th({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      {...rest}
      className={classes(
        'h-9 border-b border-line px-4 text-xs font-medium whitespace-nowrap text-muted',
        className,
      )}
    />
  );
}

export function Td({ className, ...rest }: ComponentProps<'td'>) {
  return <td {...rest} className={classes('h-10 border-b border-line px-4 py-1.5', className)} />;
}

/** A row; `isLink` rows show that they lead somewhere. */
export function Tr({
  isLink = false,
  ...rest
}: ComponentProps<'tr'> & { readonly isLink?: boolean }) {
  return (
    <tr
      {...rest}
      className={classes(
        'last:[&>td]:border-b-0',
        isLink && 'relative hover:bg-hover',
        rest.className,
      )}
    />
  );
}
