import { z } from 'zod';
import { notFound } from '../../core/errors';
import { INTEGRATION_CATEGORIES } from '../../core/names';
import { type SyncConfigEntry, syncConfigEntry, syncConfigList } from '../../core/sync-config';
import { listActivities } from '../../store/activity-log';
import { updateCompany } from '../../store/companies';
import { deleteCompany } from '../../store/connections';
import { COMPANY_STATUSES, type CompanyView, listCompanies } from '../../store/read/companies';
import { readConnectionsOfCompanies } from '../../store/read/connections';
import { newestLinksOf } from '../../store/read/invite-links';
import { mergeCompanyConfig } from '../../store/sync-configs';
import { cutPage, decodeId } from '../cursor';
import type { ApiDeps } from '../deps';
import { type Caller, route } from '../http/route';
import { readableModels } from '../platforms';
import { presentCompany } from '../presenters/company';
import { companyAnswer } from '../schemas/company';
import {
  companyName,
  cursor,
  integrationTypes,
  limit,
  namesOf,
  nextCursor,
  success,
} from '../schemas/common';
import { mustRead, params } from './company-shared';
import { refuseUnreadable } from './sync-configs';

const ACTIVITIES_SHOWN = 50;
/** What a cursor of this list says it belongs to. */
const LIST = 'companies';

type Relation = 'connections' | 'activity_log' | 'invite_link';
const ALL_RELATIONS: readonly Relation[] = ['connections', 'activity_log', 'invite_link'];

const list = route({
  method: 'get',
  path: '/core/companies',
  operationId: 'listCompanies',
  tag: 'companies',
  summary: 'Lists companies, newest first',
  query: z.strictObject({
    limit,
    next: cursor,
    integrations: integrationTypes,
    categories: namesOf(INTEGRATION_CATEGORIES),
    status: namesOf(COMPANY_STATUSES),
    expand: namesOf(ALL_RELATIONS),
  }),
  response: z.object({ data: z.array(companyAnswer), next: nextCursor }),
  errors: ['invalid-params'],
  async run({ query, caller, deps }) {
    const found = await listCompanies(deps.db, {
      organisationId: caller.organisationId,
      before: decodeId(LIST, query.next, 'next'),
      limit: query.limit,
      filter: {
        integrations: query.integrations,
        categories: query.categories,
        statuses: query.status,
      },
    });
    const { rows, ...cursors } = cutPage(LIST, found, query.limit);
    const expand = query.expand ?? [];
    return { data: await withRelations(deps, caller.organisationId, rows, expand), ...cursors };
  },
});

const get = route({
  method: 'get',
  path: '/core/companies/{company_id}',
  operationId: 'getCompany',
  tag: 'companies',
  summary: 'Gets a company with its connections, activity log and newest invite link',
  params,
  response: z.object({ data: companyAnswer }),
  errors: ['not-found'],
  async run({ params: { company_id }, caller, deps }) {
    return { data: await readOne(deps, caller, company_id) };
  },
});

const update = route({
  method: 'put',
  path: '/core/companies/{company_id}',
  operationId: 'updateCompany',
  tag: 'companies',
  summary: 'Changes a company, or the sync config of its connections',
  description:
    'One `sync_config` entry is merged into the list of each live connection; an array replaces the lists. Absent fields stay.',
  params,
  body: z.strictObject({
    name: companyName.optional(),
    partner_id: z.string().max(500).nullish(),
    sync_config: z.union([syncConfigEntry, syncConfigList]).optional(),
  }),
  response: z.object({ data: z.array(companyAnswer) }),
  errors: ['invalid-params', 'missing-params', 'not-found'],
  async run({ params: { company_id: companyId }, body, caller, deps }) {
    const { organisationId } = caller;
    const { name, partner_id: partnerId, sync_config: entries } = body;
    if (entries !== undefined)
      await refuseUnreadableOf(deps, { organisationId, companyId }, entries);
    if (!(await updateCompany(deps.db, { organisationId, companyId, name, partnerId }))) {
      throw notFound('company', 'company_id');
    }
    if (entries !== undefined) {
      const touched = await mergeCompanyConfig(deps.db, { organisationId, companyId, entries });
      await wakeAll(deps, touched, 'config');
    }
    return { data: [await readOne(deps, caller, companyId)] };
  },
});

const remove = route({
  method: 'delete',
  path: '/core/companies/{company_id}',
  operationId: 'deleteCompany',
  tag: 'companies',
  summary: 'Deletes a company with its connections and all their data',
  params,
  response: success,
  errors: ['not-found'],
  async run({ params: { company_id: companyId }, caller, deps }) {
    const { organisationId } = caller;
    const touched = await deleteCompany(deps.db, { organisationId, companyId });
    await wakeAll(deps, touched, 'deleted');
    return { status: 'success' as const };
  },
});

export const companyRoutes = [list, get, update, remove];

/** Refuses an entry that none of the company's connections could use. Throws `AppError` before anything is changed. */
async function refuseUnreadableOf(
  deps: ApiDeps,
  { organisationId, companyId }: { organisationId: bigint; companyId: bigint },
  entries: SyncConfigEntry | readonly SyncConfigEntry[],
): Promise<void> {
  const connections = await readConnectionsOfCompanies(deps.db, {
    organisationId,
    companyIds: [companyId],
  });
  if (connections.length === 0) return;
  const readable = connections.flatMap(({ integrationType }) =>
    readableModels(deps.platforms.find(integrationType)),
  );
  refuseUnreadable([entries].flat(), readable);
}

async function readOne(deps: ApiDeps, caller: Caller, companyId: bigint) {
  const company = await mustRead(deps, caller, companyId);
  const [answer] = await withRelations(deps, caller.organisationId, [company], ALL_RELATIONS);
  if (answer === undefined) throw notFound('company', 'company_id');
  return answer;
}

async function withRelations(
  deps: ApiDeps,
  organisationId: bigint,
  companies: readonly CompanyView[],
  expand: readonly Relation[],
) {
  const companyIds = companies.map((company) => company.id);
  const [connections, activities, inviteLinks] = await Promise.all([
    expand.includes('connections')
      ? readConnectionsOfCompanies(deps.db, { organisationId, companyIds })
      : null,
    expand.includes('activity_log') ? listActivities(deps.db, companyIds, ACTIVITIES_SHOWN) : null,
    expand.includes('invite_link') ? newestLinksOf(deps.db, companyIds) : null,
  ]);
  const related = {
    ...(connections === null ? {} : { connections }),
    ...(activities === null ? {} : { activities }),
    ...(inviteLinks === null ? {} : { inviteLinks }),
  };
  return companies.map((company) => presentCompany(company, related));
}

async function wakeAll(
  deps: ApiDeps,
  connections: readonly { connectionId: bigint; platform: string }[],
  what: 'config' | 'deleted',
): Promise<void> {
  await Promise.all(
    connections.map(({ connectionId, platform }) =>
      deps.waker.wakeConnection(connectionId, platform, { signal: 'changed', payload: { what } }),
    ),
  );
}
