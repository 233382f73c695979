import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/states';

export function RecordsPage() {
  return (
    <Page title="Records" documentTitle="Records">
      <SkeletonRows />
    </Page>
  );
}
