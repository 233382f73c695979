import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/states';

export function RecordPage() {
  return (
    <Page title="Record" documentTitle="Record">
      <SkeletonRows />
    </Page>
  );
}
