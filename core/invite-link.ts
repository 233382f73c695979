import { AppError } from './errors';
import type { ConnectionStatus } from './names';

/** The rules of invite links: what one may still do. */

/** What a company is called until its customer, or a person here, names it; while it is, the connect page asks. */
export const UNNAMED_COMPANY = 'Unnamed company';

/** How long a link works where its maker does not say. */
export const DEFAULT_LINK_DAYS = 30;

export const INVITE_LINK_STATUSES = ['OPEN', 'USED', 'EXPIRED'] as const;
export type InviteLinkStatus = (typeof INVITE_LINK_STATUSES)[number];

/** What is known of a link that exists. */
export interface InviteLinkFacts {
  readonly usedAt: Date | null;
  readonly isExpired: boolean;
  /** The connection it made or was made to reconnect. */
  readonly connection: { readonly status: ConnectionStatus; readonly isDeleted: boolean } | null;
}

/**
 * A link makes one connection. It is used up while that is HEALTHY, and for good once it has been deleted; a
 * connection in any other state may be healed through the same link. One made to reconnect works once, whatever the
 * connection's state: so access can be widened.
 */
export function inviteLinkStatus(link: InviteLinkFacts): InviteLinkStatus {
  if (isUsed(link)) return 'USED';
  return link.isExpired ? 'EXPIRED' : 'OPEN';
}

function isUsed({ usedAt, connection }: InviteLinkFacts): boolean {
  if (connection === null) return false;
  return connection.isDeleted || (usedAt !== null && connection.status === 'HEALTHY');
}

/** The name to show a customer; null = ask for it. */
export function knownName(companyName: string): string | null {
  return companyName === UNNAMED_COMPANY ? null : companyName;
}

/** Throws `AppError` (409) where a link may not be used any more. */
export function refuseClosedLink(link: InviteLinkFacts): void {
  const status = inviteLinkStatus(link);
  if (status === 'OPEN') return;
  throw new AppError(
    'conflict',
    status === 'USED'
      ? 'This link has been used. Ask whoever sent it for a new one.'
      : 'This link has expired. Ask whoever sent it for a new one.',
    { field: 'invite_link_id' },
  );
}
