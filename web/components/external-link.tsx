import { ExternalLink as Icon } from 'lucide-react';
import type { ReactNode } from 'react';

/** A link that leaves the dashboard, in a tab of its own. */
export function ExternalLink({
  href,
  children,
}: {
  readonly href: string;
  readonly children: ReactNode;
}) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener"
      className="inline-flex items-center gap-1 rounded text-accent-text hover:underline"
    >
      {children}
      <Icon className="size-3" aria-hidden />
      <span className="sr-only">(opens in a new tab)</span>
    </a>
  );
}
