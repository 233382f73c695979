import type { ReactNode } from 'react';
import { classes } from '../lib/classes';

/** A bordered part of a page, with a heading and what can be done with it. */
export function Card({
  title,
  description,
  actions,
  isFlush = false,
  className,
  children,
}: {
  readonly title?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** Its content reaches the border: a table. */
  readonly isFlush?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className={classes('rounded-lg border border-line bg-raised shadow-card', className)}>
      {(title !== undefined || actions !== undefined) && (
        <header className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-2">
          <div className="min-w-0">
            <h2 className="text-sm font-semibold">{title}</h2>
            {description !== undefined && <p className="text-xs text-muted">{description}</p>}
          </div>
          {actions !== undefined && <div className="flex items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={isFlush ? 'overflow-x-auto' : 'p-4'}>{children}</div>
    </section>
  );
}
