import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/states';

export function ConnectionConfigPage() {
  return (
    <Page title="Sync config" documentTitle="Sync config">
      <SkeletonRows />
    </Page>
  );
}
