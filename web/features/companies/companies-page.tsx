import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/states';

export function CompaniesPage() {
  return (
    <Page title="Companies" documentTitle="Companies">
      <SkeletonRows />
    </Page>
  );
}
