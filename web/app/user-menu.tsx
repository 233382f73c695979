import { useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { ChevronsUpDown, ExternalLink, LogOut, Moon, Settings, Sun } from 'lucide-react';
import { api, setCsrfToken } from '../api/client';
import { type Session, sessionQuery } from '../api/session';
import { Button } from '../components/button';
import { Menu, MenuItem, MenuSeparator } from '../components/menu';
import { setTheme } from '../lib/theme';

export function UserMenu({
  session,
  isWide = false,
}: {
  readonly session: Session;
  readonly isWide?: boolean;
}) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const signOut = async () => {
    await api.DELETE('/core/session');
    setCsrfToken(null);
    queryClient.clear();
    await queryClient.fetchQuery(sessionQuery);
    await navigate({ to: '/sign-in' });
  };
  const isDark = document.documentElement.dataset['theme'] === 'dark';
  const { name, email } = session.user;
  const temporal = session.temporal_ui_url;
  return (
    <Menu
      align="start"
      trigger={
        <Button
          kind="quiet"
          className={isWide ? 'w-full justify-between!' : ''}
          aria-label="Your account"
        >
          <span className="truncate">{name || email}</span>
          <ChevronsUpDown className="size-3.5" aria-hidden />
        </Button>
      }
    >
      <MenuItem icon={<Settings />} onClick={() => void navigate({ to: '/settings' })}>
        Settings
      </MenuItem>
      <MenuItem
        icon={isDark ? <Sun /> : <Moon />}
        onClick={() => setTheme(isDark ? 'light' : 'dark')}
      >
        {isDark ? 'Light theme' : 'Dark theme'}
      </MenuItem>
      {temporal !== null && (
        <MenuItem
          icon={<ExternalLink />}
          onClick={() => window.open(temporal, '_blank', 'noopener')}
        >
          Temporal Web UI
        </MenuItem>
      )}
      <MenuItem icon={<ExternalLink />} onClick={() => window.open('/docs', '_blank', 'noopener')}>
        API reference
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<LogOut />} onClick={() => void signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
