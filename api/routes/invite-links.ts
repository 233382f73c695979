import { z } from 'zod';
import { invalid, notFound } from '../../core/errors';
import { DEFAULT_LINK_DAYS, UNNAMED_COMPANY } from '../../core/invite-link';
import { INTEGRATION_CATEGORIES } from '../../core/names';
import { type SyncConfigEntry, syncConfigList } from '../../core/sync-config';
import { createInviteLink, deleteInviteLink, updateInviteLink } from '../../store/invite-links';
import { readConnections } from '../../store/read/connections';
import {
  type InviteLinkView,
  listInviteLinks,
  readInviteLink,
} from '../../store/read/invite-links';
import { cutPage, decodeId } from '../cursor';
import type { ApiDeps } from '../deps';
import { type Caller, route } from '../http/route';
import { offeredBy } from '../offers';
import { readableModels } from '../platforms';
import { presentInviteLink } from '../presenters/invite-link';
import {
  bodyId,
  companyName,
  cursor,
  limit,
  namesOf,
  nextCursor,
  success,
} from '../schemas/common';
import { expiresInDays, inviteLinkAnswer, inviteLinkData } from '../schemas/invite-link';
import { params as connectionParams, readOne as readConnection } from './connection-shared';
import { refuseUnreadable } from './sync-configs';

/** What a cursor of this list says it belongs to. */
const LIST = 'invite_links';

const params = z.object({ invite_link_id: z.uuid() });

const integrations = z.array(z.string('Must be text.').min(1).max(100)).max(100);
const categories = z
  .array(z.enum(INTEGRATION_CATEGORIES))
  .min(1, 'Must name a category.')
  .max(INTEGRATION_CATEGORIES.length);

const terms = {
  company_name: companyName.optional(),
  integrations: integrations
    .nullish()
    .meta({ description: 'Platforms to offer; absent or empty = all of the categories.' }),
  integration_categories: categories,
  sync_config: syncConfigList.nullish().meta({
    description: "The sync config of the connection made by it; null = the organisation's.",
  }),
  expires_in_days: expiresInDays,
};

const list = route({
  method: 'get',
  path: '/core/invite_links',
  operationId: 'listInviteLinks',
  tag: 'invite links',
  summary: 'Lists invite links, newest first',
  query: z.strictObject({ limit, next: cursor, expand: namesOf(['connections']) }),
  response: z.object({ data: z.array(inviteLinkAnswer), next: nextCursor }),
  errors: ['invalid-params'],
  async run({ query, caller, deps }) {
    const found = await listInviteLinks(deps.db, {
      organisationId: caller.organisationId,
      before: placeOf(query.next),
      limit: query.limit,
    });
    const { rows, ...cursors } = cutPage(LIST, found, query.limit);
    const { publicUrl } = deps.config;
    const related = query.expand?.includes('connections')
      ? { publicUrl, connections: await connectionsOf(deps, caller, rows) }
      : { publicUrl };
    return { data: rows.map((link) => presentInviteLink(link, related)), ...cursors };
  },
});

const get = route({
  method: 'get',
  path: '/core/invite_links/{invite_link_id}',
  operationId: 'getInviteLink',
  tag: 'invite links',
  summary: 'Gets an invite link with the connection made through it',
  params,
  response: inviteLinkData,
  errors: ['not-found'],
  run: ({ params: { invite_link_id }, caller, deps }) => readOne(deps, caller, invite_link_id),
});

const create = route({
  method: 'post',
  path: '/core/invite_links',
  operationId: 'createInviteLink',
  tag: 'invite links',
  summary: 'Makes a link by which a customer connects a platform, and the company for it',
  description: `Where no company is named, the customer is asked for its name, and the company is called "${UNNAMED_COMPANY}" until then.`,
  body: z
    .strictObject({ ...terms, company_id: bodyId.optional() })
    .refine((body) => body.company_id === undefined || body.company_name === undefined, {
      path: ['company_id'],
      error: 'Name either company_id or company_name.',
    }),
  response: inviteLinkData,
  errors: ['missing-params', 'invalid-params', 'not-found'],
  async run({ body, caller, deps }) {
    const offer = {
      integrations: body.integrations ?? [],
      categories: body.integration_categories,
    };
    refuseImpossible(deps, offer, body.sync_config ?? null);
    const publicId = await createInviteLink(deps.db, {
      organisationId: caller.organisationId,
      company:
        body.company_id === undefined
          ? { name: body.company_name ?? UNNAMED_COMPANY }
          : { id: BigInt(body.company_id) },
      connectionId: null,
      ...offer,
      syncConfig: body.sync_config ?? null,
      expiresInDays: body.expires_in_days === undefined ? DEFAULT_LINK_DAYS : body.expires_in_days,
    });
    return readOne(deps, caller, publicId);
  },
});

const update = route({
  method: 'put',
  path: '/core/invite_links/{invite_link_id}',
  operationId: 'updateInviteLink',
  tag: 'invite links',
  summary: 'Changes an invite link, or the name of its company',
  description: 'Absent fields stay. A connection that was made through it stays as it is.',
  params,
  body: z.strictObject(terms),
  response: inviteLinkData,
  errors: ['missing-params', 'invalid-params', 'not-found'],
  async run({ params: { invite_link_id: publicId }, body, caller, deps }) {
    const { organisationId } = caller;
    const link = await mustRead(deps, caller, publicId);
    const offer = {
      integrations: body.integrations === undefined ? link.integrations : (body.integrations ?? []),
      categories: body.integration_categories,
    };
    refuseImpossible(
      deps,
      offer,
      body.sync_config === undefined ? link.syncConfig : body.sync_config,
    );
    const isThere = await updateInviteLink(
      deps.db,
      { organisationId, publicId },
      {
        ...offer,
        companyName: body.company_name,
        syncConfig: body.sync_config,
        expiresInDays: body.expires_in_days,
      },
    );
    if (!isThere) throw notFound('invite link', 'invite_link_id');
    return readOne(deps, caller, publicId);
  },
});

const remove = route({
  method: 'delete',
  path: '/core/invite_links/{invite_link_id}',
  operationId: 'deleteInviteLink',
  tag: 'invite links',
  summary: 'Deletes an invite link; its company, and a connection made through it, stay',
  params,
  response: success,
  errors: ['not-found'],
  async run({ params: { invite_link_id: publicId }, caller: { organisationId }, deps }) {
    if (!(await deleteInviteLink(deps.db, { organisationId, publicId }))) {
      throw notFound('invite link', 'invite_link_id');
    }
    return { status: 'success' as const };
  },
});

const reconnecting = route({
  method: 'post',
  path: '/core/connections/{connection_id}/reconnect_link',
  operationId: 'createReconnectLink',
  tag: 'invite links',
  summary: 'Makes a link by which the customer reconnects this connection',
  description: `Works once, for ${DEFAULT_LINK_DAYS} days, whatever state the connection is in, and for the same platform account only.`,
  params: connectionParams,
  response: inviteLinkData,
  errors: ['not-found'],
  async run({ params: { connection_id: connectionId }, caller, deps }) {
    const connection = await readConnection(deps, caller, connectionId);
    const publicId = await createInviteLink(deps.db, {
      organisationId: caller.organisationId,
      company: { id: connection.companyId },
      connectionId,
      integrations: [connection.integrationType],
      categories: [connection.category],
      syncConfig: null,
      expiresInDays: DEFAULT_LINK_DAYS,
    });
    return readOne(deps, caller, publicId);
  },
});

export const inviteLinkRoutes = [list, get, create, update, remove, reconnecting];

/** The published client types this cursor as a number: the id of the last link seen. */
function placeOf(next: string | undefined): bigint | null {
  if (next !== undefined && /^\d{1,18}$/.test(next)) return BigInt(next);
  return decodeId(LIST, next, 'next');
}

/** Refuses a link that could never connect anything, or not what its sync config says. Throws `AppError`. */
function refuseImpossible(
  { platforms }: ApiDeps,
  offer: { integrations: readonly string[]; categories: readonly string[] },
  syncConfig: readonly SyncConfigEntry[] | null,
): void {
  const offered = offeredBy(platforms, offer);
  for (const name of offer.integrations) {
    const known = platforms.all().find((connector) => connector.integrationType === name);
    if (known === undefined) {
      throw invalid('integrations', `There is no connector for ${name}.`);
    }
    if (!offered.includes(known)) {
      throw invalid(
        'integrations',
        `${name} is in the category ${known.category}, which is not named.`,
      );
    }
  }
  if (offered.length === 0) {
    throw invalid(
      'integration_categories',
      'No platform of these categories can be connected here.',
    );
  }
  if (syncConfig !== null) refuseUnreadable(syncConfig, offered.flatMap(readableModels));
}

async function mustRead(deps: ApiDeps, caller: Caller, publicId: string): Promise<InviteLinkView> {
  const { organisationId } = caller;
  const link = await readInviteLink(deps.db, { organisationId, publicId });
  if (link === null) throw notFound('invite link', 'invite_link_id');
  return link;
}

async function readOne(deps: ApiDeps, caller: Caller, publicId: string) {
  const link = await mustRead(deps, caller, publicId);
  const connections = await connectionsOf(deps, caller, [link]);
  const { publicUrl } = deps.config;
  return { data: presentInviteLink(link, { publicUrl, connections }) };
}

function connectionsOf(
  deps: ApiDeps,
  { organisationId }: Caller,
  links: readonly InviteLinkView[],
) {
  const connectionIds = links.flatMap(({ connection }) => connection?.id ?? []);
  return readConnections(deps.db, { organisationId, connectionIds });
}
