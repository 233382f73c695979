import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/states';

export function SystemPage() {
  return (
    <Page title="System" documentTitle="System">
      <SkeletonRows />
    </Page>
  );
}
