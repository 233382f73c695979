import { Plug } from 'lucide-react';
import { $api } from '../../api/client';
import { usePlatforms } from '../../api/platforms';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { CopyButton } from '../../components/copy-button';
import { EmptyState } from '../../components/states';
import { WriteButton } from '../../components/write-button';

/** A company that has yet to connect: its invite link, or a way to one. */
export function NotConnected({
  companyId,
  inviteLinkId,
}: {
  readonly companyId: number;
  readonly inviteLinkId: string | undefined;
}) {
  return (
    <Card>
      <EmptyState
        icon={<Plug />}
        title="Nothing is connected yet"
        action={
          inviteLinkId === undefined ? (
            <CreateLink companyId={companyId} />
          ) : (
            <CopyLink companyId={companyId} inviteLinkId={inviteLinkId} />
          )
        }
      >
        Send this company an invite link. Once it has connected a platform, its data is kept in sync
        here.
      </EmptyState>
    </Card>
  );
}

function CopyLink({
  companyId,
  inviteLinkId,
}: {
  readonly companyId: number;
  readonly inviteLinkId: string;
}) {
  const link = $api.useQuery('get', '/core/invite_links/{invite_link_id}', {
    params: { path: { invite_link_id: inviteLinkId } },
  });
  if (link.data === undefined) return <Button isBusy={link.isPending}>Copy invite link</Button>;
  const { status, url } = link.data.data;
  if (status !== 'OPEN') return <CreateLink companyId={companyId} />;
  return <CopyButton kind="primary" text={url} label="Copy invite link" />;
}

function CreateLink({ companyId }: { readonly companyId: number }) {
  const platforms = usePlatforms();
  const create = $api.useMutation('post', '/core/invite_links');
  const categories = [...new Set(platforms.data?.data.map(({ category }) => category))];
  if (create.data !== undefined) {
    return <CopyButton kind="primary" text={create.data.data.url} label="Copy invite link" />;
  }
  return (
    <WriteButton
      kind="primary"
      disabled={categories.length === 0}
      isBusy={create.isPending}
      onClick={() =>
        create.mutate({ body: { company_id: companyId, integration_categories: categories } })
      }
    >
      Create an invite link
    </WriteButton>
  );
}
