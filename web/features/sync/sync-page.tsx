import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/states';

export function SyncPage() {
  return (
    <Page title="Sync" documentTitle="Sync">
      <SkeletonRows />
    </Page>
  );
}
