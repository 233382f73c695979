import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import {
  Activity,
  Building2,
  Database,
  SlidersHorizontal,
  Settings as SettingsIcon,
} from 'lucide-react';
import { sessionQuery } from '../api/session';
import { UserMenu } from './user-menu';

const PLACES = [
  { to: '/companies', label: 'Companies', icon: Building2 },
  { to: '/records', label: 'Records', icon: Database },
  { to: '/sync-config', label: 'Sync config', icon: SlidersHorizontal },
  { to: '/system', label: 'System', icon: Activity },
  { to: '/settings', label: 'Settings', icon: SettingsIcon },
] as const;

/** What surrounds every page: where one is, where one can go, who one is. */
export function Shell() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  if (session.data === null) return <SignedOut />;
  return (
    <div className="flex min-h-dvh flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <aside className="sticky top-0 z-30 flex shrink-0 flex-col border-line bg-surface max-md:border-b md:h-dvh md:w-52 md:border-r">
        <div className="flex h-12 items-center justify-between gap-2 px-3">
          <Link to="/companies" className="flex min-w-0 items-center gap-2 font-semibold">
            <img src="/icon.svg" alt="" className="size-6" />
            <span className="truncate">{session.data.organisation.name}</span>
          </Link>
          <div className="md:hidden">
            <UserMenu session={session.data} />
          </div>
        </div>
        <nav
          aria-label="Main"
          className="scrollbar-none flex gap-0.5 overflow-x-auto px-2 max-md:pb-2 md:flex-col md:py-2"
        >
          {PLACES.map(({ to, label, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              className="flex h-8 items-center gap-2.5 rounded-md px-2 text-[13px] font-medium whitespace-nowrap text-muted hover:bg-hover hover:text-text data-[status=active]:bg-hover data-[status=active]:text-text"
            >
              <Icon className="size-4" aria-hidden />
              {label}
            </Link>
          ))}
        </nav>
        <div className="mt-auto hidden border-t border-line p-2 md:block">
          <UserMenu session={session.data} isWide />
        </div>
      </aside>
      <main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
        <Outlet />
      </main>
    </div>
  );
}

/** The session has ended while a page was open: the router asks once more who is there, and leads to the sign-in. */
function SignedOut() {
  const router = useRouter();
  useEffect(() => void router.invalidate(), [router]);
  return null;
}
