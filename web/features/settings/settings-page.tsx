import { useNavigate, useSearch } from '@tanstack/react-router';
import { Page } from '../../components/page';
import { Tabs } from '../../components/tabs';
import { ApiKeysTab } from './api-keys-tab';
import { AppearanceTab } from './appearance-tab';
import { ProfileTab } from './profile-tab';
import { UsersTab } from './users-tab';

const TABS = [
  { value: 'profile', label: 'Profile', content: <ProfileTab /> },
  { value: 'users', label: 'Users and roles', content: <UsersTab /> },
  { value: 'api-keys', label: 'API keys', content: <ApiKeysTab /> },
  { value: 'appearance', label: 'Appearance', content: <AppearanceTab /> },
];

export function SettingsPage() {
  const { tab } = useSearch({ from: '/signed-in/settings' });
  const navigate = useNavigate();
  const value = TABS.find((each) => each.value === tab)?.value ?? 'profile';
  return (
    <Page title="Settings" documentTitle="Settings">
      <Tabs
        tabs={TABS}
        value={value}
        onChange={(next) =>
          void navigate({ to: '/settings', search: { tab: next }, replace: true })
        }
      />
    </Page>
  );
}
