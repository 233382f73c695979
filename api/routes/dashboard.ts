import { z } from 'zod';
import { AppError } from '../../core/errors';
import { instantText } from '../../core/instant-text';
import { INTEGRATION_CATEGORIES } from '../../core/names';
import { COMPANY_STATUSES } from '../../store/read/companies';
import { readConnectionsOfCompanies } from '../../store/read/connections';
import {
  COMPANY_ORDERS,
  type CompanyPlace,
  countDashboardCompanies,
  type DashboardCompany,
  listDashboardCompanies,
  readDashboardConnections,
} from '../../store/read/dashboard';
import { cutPageAt, decodeCursor, encodeCursor } from '../cursor';
import { route } from '../http/route';
import { presentDashboardCompany } from '../presenters/dashboard';
import { cursor, integrationTypes, limit, namesOf, nextCursor } from '../schemas/common';
import { dashboardCompany } from '../schemas/dashboard';
import { syncAnswer } from '../schemas/sync';
import { mustRead, params } from './company-shared';
import { idempotencyOf, requestAndRead } from './syncs';

/** Deleted companies are not among them. */
const STATUSES = COMPANY_STATUSES.filter((status) => status !== 'DELETED');

const SORTS = [
  'name',
  '-name',
  'created',
  '-created',
  'freshness',
  '-freshness',
] as const satisfies readonly `${'' | '-'}${(typeof COMPANY_ORDERS)[number]}`[];
type Sort = (typeof SORTS)[number];

/** What a cursor of this list says it belongs to. */
const LIST = 'dashboard companies';

const list = route({
  method: 'get',
  path: '/core/dashboard/companies',
  operationId: 'listDashboardCompanies',
  tag: 'dashboard',
  summary: 'Lists companies with freshness, last error and number of records',
  query: z.strictObject({
    search: z
      .string()
      .trim()
      .max(200)
      .transform((text) => text || undefined)
      .optional()
      .meta({
        override: { type: 'string' },
        description: "Part of the name or of the partner's id, or the company's id.",
      }),
    status: namesOf(STATUSES),
    integrations: integrationTypes,
    categories: namesOf(INTEGRATION_CATEGORIES),
    sort: z
      .enum(SORTS, `Must be one of ${SORTS.join(', ')}.`)
      .default('-created')
      .meta({
        description:
          '`freshness`: the stalest first; what was never synced whole is staler than all.',
      }),
    limit,
    next: cursor,
  }),
  response: z.object({ data: z.array(dashboardCompany), next: nextCursor, total_count: z.int() }),
  errors: ['invalid-params'],
  async run({ query, caller, deps }) {
    const search = {
      organisationId: caller.organisationId,
      text: query.search,
      statuses: query.status,
      integrations: query.integrations,
      categories: query.categories,
    };
    const [found, total_count] = await Promise.all([
      listDashboardCompanies(deps.db, search, placeOf(query.sort, query.next, query.limit)),
      countDashboardCompanies(deps.db, search),
    ]);
    const { rows, ...cursors } = cutPageAt(found, query.limit, (last) =>
      encodePlace(query.sort, last),
    );
    const connections = await readDashboardConnections(
      deps.db,
      rows.map((row) => row.id),
    );
    return {
      data: rows.map((row) => presentDashboardCompany(row, connections)),
      ...cursors,
      total_count,
    };
  },
});

const refreshed = z.object({
  data: z.array(syncAnswer),
  skipped: z
    .array(z.object({ rootfi_id: z.int(), integration_type: z.string(), reason: z.string() }))
    .meta({ description: 'Connections that cannot be synced, and why.' }),
});

const refresh = route({
  method: 'post',
  path: '/core/companies/{company_id}/refresh',
  operationId: 'refreshCompany',
  tag: 'dashboard',
  summary: 'Requests an incremental sync of all enabled data models of every live connection',
  description:
    'One sync for each connection. Connections that cannot be synced are named in `skipped`; where that is all of them, nothing is requested and the answer is 403.',
  isIdempotent: true,
  params,
  response: refreshed,
  errors: ['invalid-params', 'operation-denied', 'not-found', 'conflict'],
  async run({ params: { company_id: companyId }, path, idempotencyKey, caller, deps }) {
    await mustRead(deps, caller, companyId);
    const connections = await readConnectionsOfCompanies(deps.db, {
      organisationId: caller.organisationId,
      companyIds: [companyId],
    });
    const answer: z.input<typeof refreshed> = { data: [], skipped: [] };
    for (const { id, integrationType } of connections) {
      const ask = {
        connectionId: id,
        mode: 'incremental',
        models: null,
        allowMassDelete: false,
        // The same key stands for a sync of each connection.
        idempotency: idempotencyOf(idempotencyKey, `${path}#${id}`, {}),
      } as const;
      try {
        answer.data.push((await requestAndRead(deps, caller, ask)).data);
      } catch (error) {
        if (!isOfTheConnection(error)) throw error;
        const reason = error.message;
        answer.skipped.push({ rootfi_id: Number(id), integration_type: integrationType, reason });
      }
    }
    if (answer.data.length === 0) throw nothingToSync(answer.skipped);
    return answer;
  },
});

export const dashboardRoutes = [list, refresh];

/** Not HEALTHY, nothing enabled, or deleted a moment ago: the others are synced all the same. */
function isOfTheConnection(error: unknown): error is AppError {
  return (
    error instanceof AppError &&
    (error.code === 'operation-denied' ||
      error.code === 'not-found' ||
      error.field === 'data_models_to_sync')
  );
}

function nothingToSync(skipped: readonly { integration_type: string; reason: string }[]): AppError {
  const reasons = skipped.map((each) => `${each.integration_type}: ${each.reason}`);
  return new AppError(
    'operation-denied',
    skipped.length === 0
      ? 'Operation Denied: the company has no connection yet.'
      : `Operation Denied: none of its connections can be synced. ${reasons.join(' ')}`,
    { field: 'company_id' },
  );
}

const companyPlace = z.strictObject({
  list: z.string(),
  key: z.string().max(100).nullable(),
  rootfi_id: z.int().nonnegative(),
});

/** Each order is a list of its own: a cursor of another one would lead astray. */
const listOf = (sort: Sort) => `${LIST} ${sort}`;

function encodePlace(sort: Sort, row: DashboardCompany): string {
  const key = { name: row.nameKey, created: null, freshness: row.freshnessAt?.toISOString() };
  return encodeCursor({
    list: listOf(sort),
    key: key[orderOf(sort)] ?? null,
    rootfi_id: Number(row.id),
  });
}

function placeOf(sort: Sort, next: string | undefined, limit: number): CompanyPlace {
  const orderBy = orderOf(sort);
  const page = { orderBy, isDescending: sort.startsWith('-'), limit };
  if (next === undefined) return { ...page, after: null };
  const schema =
    orderBy === 'freshness' ? companyPlace.extend({ key: instantText.nullable() }) : companyPlace;
  const { key, rootfi_id } = decodeCursor(schema, listOf(sort), next, 'next');
  return { ...page, after: { key, id: BigInt(rootfi_id) } };
}

function orderOf(sort: Sort): CompanyPlace['orderBy'] {
  return COMPANY_ORDERS.find((order) => sort.endsWith(order)) ?? 'created';
}
