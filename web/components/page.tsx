import { type ReactNode, useEffect } from 'react';

/** A page of the dashboard: its title, what can be done on the right, and the rest below. */
export function Page({
  title,
  documentTitle,
  crumbs,
  badge,
  description,
  actions,
  children,
}: {
  readonly title: ReactNode;
  /** The browser's title. */
  readonly documentTitle: string;
  readonly crumbs?: ReactNode;
  readonly badge?: ReactNode;
  /** A line below the title. */
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${documentTitle} · Syncline`;
  }, [documentTitle]);
  return (
    <div className="mx-auto w-full max-w-6xl px-4 py-5 sm:px-6">
      {crumbs !== undefined && (
        <nav aria-label="Breadcrumb" className="mb-1 flex items-center gap-1.5 text-xs text-muted">
          {crumbs}
        </nav>
      )}
      <header className="mb-5 flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <div className="flex min-w-0 items-center gap-3">
            <h1 className="truncate text-xl font-semibold tracking-tight">{title}</h1>
            {badge}
          </div>
          {description !== undefined && (
            <p className="mt-0.5 text-[13px] text-muted">{description}</p>
          )}
        </div>
        {actions !== undefined && <div className="flex items-center gap-2">{actions}</div>}
      </header>
      <div className="flex flex-col gap-5">{children}</div>
    </div>
  );
}
