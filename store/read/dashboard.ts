import type { JobErrorCode } from '../../core/errors';
import type { DataModel } from '../../core/unified/models';
import { Prisma } from '../../prisma/generated/client';
import type { Database } from '../database';
import { type CompanyFilter, isFiltered } from './companies';
import { type ConnectionView, WHAT_IT_DOES } from './connections';

/**
 * The list of companies as the dashboard shows it. What it tells of records is what `model_states` counts, so that
 * nothing here grows with their number.
 */

export const COMPANY_ORDERS = ['name', 'created', 'freshness'] as const;
export type CompanyOrder = (typeof COMPANY_ORDERS)[number];

export interface CompanySearch extends CompanyFilter {
  readonly organisationId: bigint;
  /** Part of the name or of the partner's id, or the company's own id. */
  readonly text: string | undefined;
}

export interface CompanyPlace {
  readonly orderBy: CompanyOrder;
  readonly isDescending: boolean;
  /** The row to go on from; null = from the start. */
  readonly after: { readonly key: string | null; readonly id: bigint } | null;
  readonly limit: number;
}

export interface DashboardCompany {
  readonly id: bigint;
  readonly name: string;
  /** What rows are ordered by where that is the name. */
  readonly nameKey: string;
  readonly partnerId: string | null;
  readonly createdAt: Date;
  /** The oldest last success among its scheduled models; null while one of them has none. */
  readonly freshnessAt: Date | null;
  readonly lastSynced: Date | null;
  readonly records: bigint;
  readonly errorCode: JobErrorCode | null;
  readonly errorMessage: string | null;
  readonly errorAt: Date | null;
  readonly errorModel: DataModel | null;
  readonly errorSyncId: string | null;
}

/** A connection without what only its own page shows. */
export type DashboardConnection = Pick<
  ConnectionView,
  | 'id'
  | 'companyId'
  | 'integrationType'
  | 'category'
  | 'status'
  | 'paused'
  | 'hasOpenPull'
  | 'hasQueuedJob'
  | 'resumeAt'
>;

/** A page of companies in the order asked for, one more than `limit` where there are more. */
export function listDashboardCompanies(
  db: Database,
  search: CompanySearch,
  place: CompanyPlace,
): Promise<DashboardCompany[]> {
  const direction = place.isDescending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const key = KEYS[place.orderBy];
  const order = key === null ? Prisma.empty : Prisma.sql`${key} ${direction},`;
  // Only where it decides the order is freshness computed for all.
  const freshness =
    place.orderBy === 'freshness'
      ? Prisma.sql`LEFT JOIN (
          SELECT c.company_id, ${FRESHNESS} AS freshness_at
          FROM connections c JOIN model_states m ON m.connection_id = c.id
          WHERE c.organisation_id = ${search.organisationId} AND c.deleted_at IS NULL GROUP BY c.company_id
        ) f ON f.company_id = co.id`
      : Prisma.empty;
  return db.prisma.$queryRaw<DashboardCompany[]>`
    WITH chosen AS MATERIALIZED (
      SELECT co.id, co.name, ${NAME_KEY} AS name_key, co.partner_id, co.created_at,
        row_number() OVER (ORDER BY ${order} co.id ${direction}) AS place
      FROM companies co ${freshness}
      WHERE ${matches(search)} AND ${isBeyond(place)}
      ORDER BY ${order} co.id ${direction} LIMIT ${place.limit + 1}
    )
    SELECT co.id, co.name, co.name_key AS "nameKey", co.partner_id AS "partnerId", co.created_at AS "createdAt",
      m.freshness_at AS "freshnessAt", m.last_synced AS "lastSynced", m.records,
      e.error_code AS "errorCode", e.error_message AS "errorMessage", e.ended_at AS "errorAt",
      e.data_model AS "errorModel", e.sync_id AS "errorSyncId"
    FROM chosen co
    CROSS JOIN LATERAL (
      SELECT ${FRESHNESS} AS freshness_at, max(m.last_success_at) AS last_synced,
        coalesce(sum(m.live_records), 0)::bigint AS records
      FROM connections c JOIN model_states m ON m.connection_id = c.id
      WHERE c.company_id = co.id AND c.deleted_at IS NULL
    ) m
    LEFT JOIN LATERAL (
      -- Of the models whose last job failed, the one that failed last: a later success takes the error back.
      SELECT j.error_code, j.error_message, j.ended_at, j.data_model, s.sync_id
      FROM connections c
      JOIN model_states m ON m.connection_id = c.id AND m.enabled
      CROSS JOIN LATERAL (
        SELECT * FROM sync_jobs j
        WHERE j.connection_id = m.connection_id AND j.data_model = m.data_model AND j.state IN ('SUCCESS', 'FAILED')
          AND coalesce(j.error_code, '') NOT IN ('cancelled', 'model-disabled', 'disconnected')
        ORDER BY j.created_at DESC, j.id DESC LIMIT 1
      ) j
      JOIN syncs s ON s.id = j.sync_id
      WHERE c.company_id = co.id AND c.deleted_at IS NULL AND j.state = 'FAILED'
      ORDER BY j.ended_at DESC LIMIT 1
    ) e ON true
    ORDER BY co.place`;
}

/** How many companies a search matches, whatever the page. */
export async function countDashboardCompanies(
  db: Database,
  search: CompanySearch,
): Promise<number> {
  const rows = await db.prisma.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM companies co WHERE ${matches(search)}`;
  return Number(rows[0]?.count ?? 0n);
}

/** The live connections of some companies, oldest first, as one row of the list shows them. */
export function readDashboardConnections(
  db: Database,
  companyIds: readonly bigint[],
): Promise<DashboardConnection[]> {
  return db.prisma.$queryRaw<DashboardConnection[]>`
    SELECT c.id, c.company_id AS "companyId", c.integration_type AS "integrationType", c.category, c.status, c.paused,
      ${WHAT_IT_DOES}
    FROM connections c
    WHERE c.company_id = ANY(${[...companyIds]}::bigint[]) AND c.deleted_at IS NULL
    ORDER BY c.id`;
}

const IS_SCHEDULED = Prisma.sql`m.enabled AND (coalesce(m.config ->> 'cron', '') <> ''
  OR coalesce(m.config ->> 'frequency', 'DAILY') <> 'NEVER')`;

const FRESHNESS = Prisma.sql`CASE WHEN bool_and(m.last_success_at IS NOT NULL) FILTER (WHERE ${IS_SCHEDULED})
  THEN min(m.last_success_at) FILTER (WHERE ${IS_SCHEDULED}) END`;

/** Cursors carry it: names of 500 characters would not fit. */
const NAME_KEY = Prisma.sql`left(lower(co.name), 64)`;

/** What the rows are ordered by before their id; null = by the id alone, which is the order they were made in. */
const KEYS: Record<CompanyOrder, Prisma.Sql | null> = {
  name: NAME_KEY,
  created: null,
  // What was never synced whole is the stalest of all.
  freshness: Prisma.sql`coalesce(f.freshness_at, '-infinity')`,
};

function isBeyond({ orderBy, isDescending, after }: CompanyPlace): Prisma.Sql {
  if (after === null) return Prisma.sql`true`;
  const than = isDescending ? Prisma.sql`<` : Prisma.sql`>`;
  switch (orderBy) {
    case 'created':
      return Prisma.sql`co.id ${than} ${after.id}`;
    case 'name':
      return Prisma.sql`(${NAME_KEY}, co.id) ${than} (${after.key ?? ''}::text, ${after.id}::bigint)`;
    case 'freshness':
      return Prisma.sql`(${KEYS.freshness}, co.id) ${than} (${after.key ?? '-infinity'}::text::timestamptz, ${after.id}::bigint)`;
  }
}

function matches({ organisationId, text, ...filter }: CompanySearch): Prisma.Sql {
  const named = text === undefined ? Prisma.sql`true` : isNamed(text);
  return Prisma.sql`co.organisation_id = ${organisationId} AND ${isFiltered(filter)} AND ${named}`;
}

function isNamed(text: string): Prisma.Sql {
  const pattern = `%${text.replaceAll(/[\\%_]/g, (special) => `\\${special}`)}%`;
  const byId = /^\d{1,18}$/.test(text) ? Prisma.sql`OR co.id = ${BigInt(text)}` : Prisma.empty;
  return Prisma.sql`(co.name ILIKE ${pattern} OR co.partner_id ILIKE ${pattern} ${byId})`;
}
