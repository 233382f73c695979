import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/states';

export function ModelsPage() {
  return (
    <Page title="Records" documentTitle="Records">
      <SkeletonRows />
    </Page>
  );
}
