import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/states';

export function CompanyPage() {
  return (
    <Page title="Company" documentTitle="Company">
      <SkeletonRows />
    </Page>
  );
}
