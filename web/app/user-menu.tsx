import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, ExternalLink, LogOut, Moon, Settings, Sun } from 'lucide-react';
import { api } from '../api/client';
import type { Session } from '../api/session';
import { Button } from '../components/button';
import { Menu, MenuItem, MenuSeparator } from '../components/menu';
import { setTheme, useIsDark } from '../lib/theme';

export function UserMenu({
  session,
  isWide = false,
}: {
  readonly session: Session;
  readonly isWide?: boolean;
}) {
  const navigate = useNavigate();
  const signOut = async () => {
    await api.DELETE('/core/session');
    // A new document, so that nothing this person has read stays in memory.
    window.location.assign('/sign-in');
  };
  const isDark = useIsDark();
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
