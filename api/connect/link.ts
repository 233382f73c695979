import type { Authorised, Connector } from '../../connectors/contract';
import { AppError, invalid, missing, notFound } from '../../core/errors';
import { inviteLinkStatus, knownName, refuseClosedLink } from '../../core/invite-link';
import { accessOf, type ModelAccess } from '../../core/scopes';
import type { SyncConfigEntry } from '../../core/sync-config';
import { CATEGORY_OF } from '../../core/unified/models';
import { readConnections, readConnectionsOfCompanies } from '../../store/read/connections';
import { findInviteLink, type InviteLinkView } from '../../store/read/invite-links';
import { getOrganisationConfig } from '../../store/sync-configs';
import { connect, reconnect } from '../connecting';
import type { ApiDeps } from '../deps';
import { offeredBy } from '../offers';
import { readableModels } from '../platforms';

/** What whoever holds an invite link may see and do. */

/** Throws `AppError` (404) for a link that is unknown or was deleted. */
export async function mustFindLink(deps: ApiDeps, publicId: string): Promise<InviteLinkView> {
  const link = await findInviteLink(deps.db, publicId);
  if (link === null) throw notFound('invite link', 'invite_link_id');
  return link;
}

/** The platforms to choose from: none once the link is closed, one where it reconnects, none that the company has. */
export async function offersOf(deps: ApiDeps, link: InviteLinkView): Promise<Connector[]> {
  if (inviteLinkStatus(link) !== 'OPEN') return [];
  const { connection, organisationId } = link;
  if (connection !== null) {
    return deps.platforms
      .all()
      .filter((each) => each.integrationType === connection.integrationType);
  }
  const existing = await readConnectionsOfCompanies(deps.db, {
    organisationId,
    companyIds: [link.company.id],
  });
  const taken = new Set(existing.map((each) => each.integrationType));
  return offeredBy(deps.platforms, link).filter((each) => !taken.has(each.integrationType));
}

/** What a connection made through the link would be allowed. */
export async function accessFor(
  deps: ApiDeps,
  link: InviteLinkView,
  connector: Connector,
): Promise<ModelAccess[]> {
  const readable = readableModels(connector);
  const entries = await effectiveEntries(deps, link, connector);
  return accessOf(entries.filter((entry) => readable.includes(entry.data_model)));
}

/** The connector of a platform that the link offers; undefined where it does not. Throws `AppError` (409) for a closed link. */
export async function findOffer(
  deps: ApiDeps,
  link: InviteLinkView,
  integrationType: string,
): Promise<Connector | undefined> {
  refuseClosedLink(link);
  const offers = await offersOf(deps, link);
  return offers.find((each) => each.integrationType === integrationType);
}

export interface Choice {
  readonly link: InviteLinkView;
  readonly connector: Connector;
  /** What the customer calls the company, where that is asked for. */
  readonly companyName: string | null;
}

/** What a customer has chosen. Throws `AppError`: 404, 409 for a closed link, 400 for what it does not offer. */
export async function choose(
  deps: ApiDeps,
  publicId: string,
  given: { integration_type: string; company_name?: string | undefined },
): Promise<Choice> {
  const link = await mustFindLink(deps, publicId);
  const connector = await findOffer(deps, link, given.integration_type);
  if (connector === undefined) {
    throw invalid('integration_type', 'This link does not offer it.');
  }
  return { link, connector, companyName: companyNameFor(link, given.company_name) };
}

/** Connects, or reconnects, by secrets that the platform has accepted. Throws `AppError`: 404, 409. */
export async function connectThrough(
  deps: ApiDeps,
  { link, connector, companyName }: Choice,
  authorised: Authorised,
): Promise<bigint> {
  const { organisationId, connection } = link;
  const bringing = {
    organisationId,
    connector,
    authorised,
    through: { linkId: link.id, companyName },
  };
  if (connection !== null) {
    await reconnect(deps, { ...bringing, connectionId: connection.id });
    return connection.id;
  }
  return connect(deps, {
    ...bringing,
    company: { id: link.company.id },
    settings: {},
    syncConfig: ownList(link, connector),
  });
}

/** Why a link cannot be used: what `refuseClosedLink` says, in one word for an address. */
export function reasonOf(error: unknown, link: InviteLinkView | null): string {
  if (!(error instanceof AppError)) return 'unknown-error';
  if (error.code !== 'conflict' || error.field !== 'invite_link_id') return error.code;
  return link !== null && inviteLinkStatus(link) === 'EXPIRED' ? 'expired' : 'used';
}

function companyNameFor(link: InviteLinkView, given: string | undefined): string | null {
  if (link.connection !== null || knownName(link.company.name) !== null) return null;
  if (given === undefined) throw missing('company_name');
  return given;
}

/** The link's own list for this platform; null where it says nothing of the platform's category. */
function ownList(link: InviteLinkView, connector: Connector): SyncConfigEntry[] | null {
  const entries = (link.syncConfig ?? []).filter(
    (entry) => CATEGORY_OF[entry.data_model] === connector.category,
  );
  if (entries.length === 0) return null;
  const readable = readableModels(connector);
  return entries.filter((entry) => readable.includes(entry.data_model));
}

async function effectiveEntries(
  deps: ApiDeps,
  link: InviteLinkView,
  connector: Connector,
): Promise<readonly SyncConfigEntry[]> {
  const { organisationId, connection } = link;
  if (connection !== null) {
    const [view] = await readConnections(deps.db, {
      organisationId,
      connectionIds: [connection.id],
    });
    return view?.entries ?? [];
  }
  const { category } = connector;
  return (
    ownList(link, connector) ??
    (await getOrganisationConfig(deps.db, { organisationId, category })).entries
  );
}
