import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/states';

export function SettingsPage() {
  return (
    <Page title="Settings" documentTitle="Settings">
      <SkeletonRows />
    </Page>
  );
}
