import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/states';

export function OrganisationConfigPage() {
  return (
    <Page title="Sync config" documentTitle="Sync config">
      <SkeletonRows />
    </Page>
  );
}
