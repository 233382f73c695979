import type { z } from 'zod';
import { inviteLinkStatus } from '../../core/invite-link';
import type { ConnectionView } from '../../store/read/connections';
import type { InviteLinkView } from '../../store/read/invite-links';
import type { inviteLinkAnswer, inviteLinkOfCompany } from '../schemas/invite-link';
import { presentConnection } from './connection';
import { iso, isoOrNull } from './instants';
import { presentSyncConfig } from './sync-config';

/** The page that a customer opens. */
export function connectPage(publicUrl: string, publicId: string): string {
  return `${publicUrl}/connect/${publicId}`;
}

/** `connections` are those of all links of the page; absent = not asked for. */
export function presentInviteLink(
  link: InviteLinkView,
  { publicUrl, connections }: { publicUrl: string; connections?: readonly ConnectionView[] },
): z.input<typeof inviteLinkAnswer> {
  const { company } = link;
  return {
    ...presentLinkOfCompany(link),
    company: {
      rootfi_id: Number(company.id),
      rootfi_created_at: iso(company.createdAt),
      rootfi_updated_at: iso(company.updatedAt),
      name: company.name,
    },
    ...(connections === undefined ? {} : { connections: connectionsOf(link, connections) }),
    url: connectPage(publicUrl, link.publicId),
    status: inviteLinkStatus(link),
    expires_at: isoOrNull(link.expiresAt),
    sync_config: link.syncConfig === null ? null : presentSyncConfig(link.syncConfig),
  };
}

export function presentLinkOfCompany(link: InviteLinkView): z.input<typeof inviteLinkOfCompany> {
  return {
    rootfi_id: Number(link.id),
    rootfi_created_at: iso(link.createdAt),
    rootfi_updated_at: iso(link.updatedAt),
    invite_link_id: link.publicId,
    integrations: [...link.integrations],
    integration_categories: [...link.categories],
  };
}

function connectionsOf(link: InviteLinkView, connections: readonly ConnectionView[]) {
  const own = connections.filter((connection) => connection.id === link.connection?.id);
  return own.length === 0 ? null : own.map(presentLinkConnection);
}

/** The names that the v3 contract has here differ from those it has in companies. */
function presentLinkConnection(connection: ConnectionView) {
  const shown = presentConnection(connection);
  return {
    rootfi_id: shown.rootfi_id,
    rootfi_created_at: shown.rootfi_created_at,
    rootfi_updated_at: shown.rootfi_updated_at,
    integration_type: shown.integration_type,
    category: shown.category,
    status: shown.connection_status,
    sync_status: shown.sync_status,
    rate_limits: shown.rate_limits,
    sync_config: shown.sync_config,
  };
}
