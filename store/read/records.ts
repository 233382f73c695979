import type { DataModel, UnifiedRecord } from '../../core/unified/models';
import { Prisma } from '../../prisma/generated/client';
import type { Database } from '../database';

export interface RecordView {
  readonly id: bigint;
  readonly companyId: bigint;
  readonly platformId: string;
  readonly data: UnifiedRecord;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
  /** Only where asked for. */
  readonly raw?: unknown;
  readonly hash?: string;
}

export const RECORD_ORDERS = ['id', 'created_at', 'updated_at'] as const;
export type RecordOrder = (typeof RECORD_ORDERS)[number];

export interface Interval {
  readonly gt?: Date | undefined;
  readonly gte?: Date | undefined;
  readonly lt?: Date | undefined;
  readonly lte?: Date | undefined;
}

export interface RecordQuery {
  readonly organisationId: bigint;
  readonly dataModel: DataModel;
  /** undefined = not a certain one. */
  readonly recordId: bigint | undefined;
  /** undefined = of all companies. */
  readonly companyId: bigint | undefined;
  readonly updatedAt: Interval;
  readonly includesDeleted: boolean;
}

export interface RecordPage {
  readonly orderBy: RecordOrder;
  readonly isDescending: boolean;
  /** The row to go on from, as its order column and id; null = from the start. */
  readonly place: { readonly at: Date | null; readonly id: bigint } | null;
  readonly limit: number;
  readonly withRaw: boolean;
  readonly withHash: boolean;
}

/**
 * A page of records in the order asked for, one more than `limit` where there are more. Pages are places in an order
 * (column and id), not offsets: rows that come or go elsewhere move nothing. Each company is read by its own index
 * range, and only the ids that win are fetched whole.
 */
export function listRecords(
  db: Database,
  query: RecordQuery,
  page: RecordPage,
): Promise<RecordView[]> {
  const direction = page.isDescending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const column = COLUMNS[page.orderBy];
  const order =
    page.orderBy === 'id'
      ? Prisma.sql`id ${direction}`
      : Prisma.sql`${column} ${direction}, id ${direction}`;
  const limit = page.limit + 1;
  return db.prisma.$queryRaw<RecordView[]>`
    WITH ${liveConnections(query)}, chosen AS MATERIALIZED (
      SELECT f.id, f.created_at, f.updated_at FROM company
      CROSS JOIN LATERAL (
        SELECT r.id, r.created_at, r.updated_at FROM records r
        WHERE ${matches(query)} AND ${isBeyond(page)}
        ORDER BY ${order} LIMIT ${limit}
      ) f
      ORDER BY ${order} LIMIT ${limit}
    )
    SELECT r.id, r.company_id AS "companyId", r.platform_id AS "platformId", r.data,
      r.created_at AS "createdAt", r.updated_at AS "updatedAt", r.deleted_at AS "deletedAt"
      ${page.withRaw ? Prisma.sql`, r.raw` : Prisma.empty}
      ${page.withHash ? Prisma.sql`, r.hash` : Prisma.empty}
    FROM (SELECT id FROM chosen) AS won JOIN records r USING (id)
    ORDER BY ${page.orderBy === 'id' ? Prisma.sql`r.id ${direction}` : Prisma.sql`r.${column} ${direction}, r.id ${direction}`}`;
}

/** How many records a query matches, whatever the page. */
export async function countRecords(db: Database, query: RecordQuery): Promise<bigint> {
  const rows = await db.prisma.$queryRaw<{ count: bigint }[]>`
    WITH ${liveConnections(query)}
    SELECT count(*) AS count FROM company JOIN records r ON ${matches(query)}`;
  return rows[0]?.count ?? 0n;
}

const COLUMNS: Record<RecordOrder, Prisma.Sql> = {
  id: Prisma.sql`id`,
  created_at: Prisma.sql`created_at`,
  updated_at: Prisma.sql`updated_at`,
};

/** Records of a deleted connection are gone at once, though their rows go in batches later. */
function liveConnections(query: RecordQuery): Prisma.Sql {
  const ofCompany =
    query.companyId === undefined ? Prisma.empty : Prisma.sql`AND company_id = ${query.companyId}`;
  return Prisma.sql`company AS MATERIALIZED (
    SELECT company_id AS id, array_agg(id) AS connection_ids FROM connections
    WHERE organisation_id = ${query.organisationId} AND deleted_at IS NULL ${ofCompany}
    GROUP BY company_id
  )`;
}

function matches(query: RecordQuery): Prisma.Sql {
  const { gt, gte, lt, lte } = query.updatedAt;
  return Prisma.join(
    [
      Prisma.sql`r.company_id = company.id AND r.connection_id = ANY(company.connection_ids)`,
      Prisma.sql`r.data_model = ${query.dataModel}`,
      ...(query.recordId === undefined ? [] : [Prisma.sql`r.id = ${query.recordId}`]),
      ...(query.includesDeleted ? [] : [Prisma.sql`r.deleted_at IS NULL`]),
      ...(gt ? [Prisma.sql`r.updated_at > ${gt}`] : []),
      ...(gte ? [Prisma.sql`r.updated_at >= ${gte}`] : []),
      ...(lt ? [Prisma.sql`r.updated_at < ${lt}`] : []),
      ...(lte ? [Prisma.sql`r.updated_at <= ${lte}`] : []),
    ],
    ' AND ',
  );
}

function isBeyond({ place, orderBy, isDescending }: RecordPage): Prisma.Sql {
  if (place === null) return Prisma.sql`true`;
  const than = isDescending ? Prisma.sql`<` : Prisma.sql`>`;
  if (orderBy === 'id') return Prisma.sql`r.id ${than} ${place.id}`;
  return Prisma.sql`(r.${COLUMNS[orderBy]}, r.id) ${than} (${place.at}::timestamptz, ${place.id}::bigint)`;
}
