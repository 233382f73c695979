import { Link } from '@tanstack/react-router';
import { Banner } from '../../components/banner';
import { plural } from '../../lib/format';
import type { Sync } from './queries';

/** What a person should know of how it ended. */
export function SyncNotes({ sync }: { readonly sync: Sync }) {
  const { deletions_held: held, sweep_skipped: isSkipped } = sync;
  return (
    <>
      {held > 0 && (
        <Banner
          tone="warn"
          title={`${plural(held, 'deletion')} held`}
          actions={
            <Link
              to="/companies/$companyId"
              params={{ companyId: String(sync.rootfi_company_id) }}
              search={{ tab: 'deletions' }}
              className="rounded text-[13px] font-medium text-accent-text hover:underline"
            >
              Look at them
            </Link>
          }
        >
          So many records are gone from the platform that nothing was deleted. The data stays until
          somebody decides.
        </Banner>
      )}
      {isSkipped && (
        <Banner tone="info" title="Deletions were not looked for">
          The listing held records without a readable id, so that it could not be told which records
          are gone.
        </Banner>
      )}
    </>
  );
}
