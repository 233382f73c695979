import { TypeOverrides, types } from 'pg';
import type { DataModel, UnifiedRecord } from '../../core/unified/models';
import type { Database } from '../database';

export interface RecordView {
  readonly id: bigint;
  readonly companyId: bigint;
  readonly platformId: string;
  readonly data: UnifiedRecord;
  /** Instants are texts: ISO 8601, UTC, milliseconds. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
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

/** Of the pages that callers get who name no limit. */
const PREPARED_LIMIT = 100;

/** Rows that are looked through for each one of a page: as many as those of twenty companies would be. */
const LOOKED_THROUGH = 20;

/**
 * None, of a size that the planner does not see. So it weighs how soon the first rows come, too: it sorts the ids of a
 * short range, and walks a long one in the order of ids. Without it, it would sort a company's every id for each page.
 */
const UNKNOWN_LIMIT = '(SELECT NULL::bigint)';

/**
 * A page of records in the order asked for, one more than `limit` where there are more. Pages are places in an order
 * (column and id), not offsets: rows that come or go elsewhere move nothing.
 */
export async function listRecords(
  db: Database,
  query: RecordQuery,
  page: RecordPage,
): Promise<RecordView[]> {
  if (query.companyId !== undefined) return read(db, 'one', pageOfOne, query, page);
  if (page.orderBy === 'id' && query.recordId === undefined) {
    const rows = await read(db, 'near', nearPage, query, page);
    if (rows.length > page.limit) return rows;
  }
  return read(db, 'each', pageOfEach, query, page);
}

/** How many records a query matches, whatever the page. */
export async function countRecords(db: Database, query: RecordQuery): Promise<bigint> {
  const values = new Values();
  const { rows } = await db.pool.query<{ count: bigint }>({
    text: isBounded(query.updatedAt)
      ? countOfInterval(query, values)
      : countOfConnections(query, values),
    values: values.all,
    types: TYPES,
  });
  return rows[0]?.count ?? 0n;
}

function isBounded({ gt, gte, lt, lte }: Interval): boolean {
  return [gt, gte, lt, lte].some((bound) => bound !== undefined);
}

type Write = (query: RecordQuery, page: RecordPage, values: Values) => string;

/** Through the pool itself: it is half as dear as Prisma's own way, and every list page goes through here. */
async function read(
  db: Database,
  form: string,
  write: Write,
  query: RecordQuery,
  page: RecordPage,
): Promise<RecordView[]> {
  const values = new Values();
  const text = write(query, page, values);
  const name = nameOf(form, query, page);
  const { rows } = await db.pool.query<RecordView>({
    ...(name === null ? {} : { name }),
    text,
    values: values.all,
    types: TYPES,
  });
  return rows;
}

/**
 * What a statement is prepared under, so that it is planned once for each connection. Not where it names instants or
 * an id: the best plan depends on them. Nor for other limits, which stand in the text, as no good plan is made for a
 * limit that is not known: there would be too many to keep.
 */
function nameOf(form: string, query: RecordQuery, page: RecordPage): string | null {
  if (page.limit !== PREPARED_LIMIT) return null;
  if (query.recordId !== undefined || isBounded(query.updatedAt)) return null;
  return [
    `records ${form} ${page.orderBy} ${page.isDescending ? 'desc' : 'asc'}`,
    ...(page.place === null ? [] : ['next']),
    ...(query.includesDeleted ? ['deleted'] : []),
    ...(page.withRaw ? ['raw'] : []),
    ...(page.withHash ? ['hash'] : []),
  ].join(' ');
}

/**
 * The page, where enough of it lies among the next rows of the whole table: then it costs the same however many
 * companies there are. Fewer rows than a whole page say nothing.
 */
function nearPage(query: RecordQuery, page: RecordPage, values: Values): string {
  const place = isBeyond(page, values);
  return `
    SELECT ${columns('r', page)} FROM (
      SELECT * FROM records r WHERE ${place}
      ORDER BY ${order('r', page)} LIMIT ${LOOKED_THROUGH * (page.limit + 1)}
    ) r
    JOIN connections c ON c.id = r.connection_id AND c.organisation_id = ${values.add(query.organisationId)}
      AND c.deleted_at IS NULL
    WHERE ${matches(query, values)}
    ORDER BY ${order('r', page)} LIMIT ${page.limit + 1}`;
}

/** Each company is read by its own index range, as far as it could fill the page alone. */
function pageOfEach(query: RecordQuery, page: RecordPage, values: Values): string {
  return `
    WITH ${liveCompanies(query, values)}
    SELECT ${columns('f', page)} FROM company CROSS JOIN LATERAL (
      SELECT * FROM records r
      WHERE ${isOfCompany(query, values)} AND ${matches(query, values)} AND ${isBeyond(page, values)}
      ORDER BY ${order('r', page)} LIMIT ${page.limit + 1}
    ) f
    ORDER BY ${order('f', page)} LIMIT ${page.limit + 1}`;
}

/**
 * One company's page. By id among instants it finds the ids first, in the index alone, and then only the rows that it
 * shows: reading and sorting the rows of a whole range is three times as dear.
 */
function pageOfOne(query: RecordQuery, page: RecordPage, values: Values): string {
  const live = `SELECT id FROM connections WHERE ${isLive(query, values)}`;
  const isShown = `r.connection_id = ANY (ARRAY(${live})) AND ${isNoTombstone(query)}`;
  // Of a company without a live connection, such as a stranger's, no row is looked at in vain.
  const isOfLive = `r.company_id = ${company(query, values)} AND EXISTS (${live})`;
  const range = `${isOfLive} AND ${isInRange(query, values)} AND ${isBeyond(page, values)}`;
  const isByIdAmongInstants = page.orderBy === 'id' && isBounded(query.updatedAt);
  const rows = isByIdAmongInstants
    ? `(
      SELECT r.id AS found FROM records r WHERE ${range} ORDER BY ${order('r', page)} LIMIT ${UNKNOWN_LIMIT}
    ) f JOIN records r ON r.id = f.found WHERE ${isShown}`
    : `records r WHERE ${range} AND ${isShown}`;
  return `
    SELECT ${columns('r', page)} FROM ${rows}
    ORDER BY ${order('r', page)} LIMIT ${page.limit + 1}`;
}

/**
 * Where a range of instants is asked for, the plan is made for this company's share of it. Any other has one best plan
 * for all companies, and a value that the planner does not see lets it keep that: it would plan each time instead.
 */
function company(query: RecordQuery, values: Values): string {
  const id = `${values.add(query.companyId)}::bigint`;
  return isBounded(query.updatedAt) ? id : `(SELECT ${id})`;
}

/** Read in the index of live rows alone, which knows connections and not companies. */
function countOfConnections(query: RecordQuery, values: Values): string {
  return `
    SELECT count(*) AS count FROM records r
    WHERE r.connection_id = ANY (ARRAY(SELECT id FROM connections WHERE ${isLive(query, values)}))
      AND ${matches(query, values)}`;
}

function countOfInterval(query: RecordQuery, values: Values): string {
  return `
    WITH ${liveCompanies(query, values)}
    SELECT count(*) AS count FROM company
    JOIN records r ON ${isOfCompany(query, values)} AND ${matches(query, values)}`;
}

/** Records of a deleted connection are gone at once, though their rows go in batches later. */
function isLive(query: RecordQuery, values: Values): string {
  const ofCompany =
    query.companyId === undefined ? '' : `AND company_id = ${values.add(query.companyId)}`;
  return `organisation_id = ${values.add(query.organisationId)} AND deleted_at IS NULL ${ofCompany}`;
}

function liveCompanies(query: RecordQuery, values: Values): string {
  return `company AS MATERIALIZED (
    SELECT company_id AS id, array_agg(id) AS connection_ids FROM connections
    WHERE ${isLive(query, values)} GROUP BY company_id
  )`;
}

/** A company that is asked for is named by its id, so that its rows and not an average company's are planned for. */
function isOfCompany({ companyId }: RecordQuery, values: Values): string {
  const id = companyId === undefined ? 'company.id' : `${values.add(companyId)}::bigint`;
  return `r.company_id = ${id} AND r.connection_id = ANY (company.connection_ids)`;
}

function matches(query: RecordQuery, values: Values): string {
  return `${isInRange(query, values)} AND ${isNoTombstone(query)}`;
}

function isInRange(query: RecordQuery, values: Values): string {
  const { gt, gte, lt, lte } = query.updatedAt;
  return [
    `r.data_model = ${values.add(query.dataModel)}`,
    ...(query.recordId === undefined ? [] : [`r.id = ${values.add(query.recordId)}`]),
    ...(gt ? [`r.updated_at > ${values.add(gt)}`] : []),
    ...(gte ? [`r.updated_at >= ${values.add(gte)}`] : []),
    ...(lt ? [`r.updated_at < ${values.add(lt)}`] : []),
    ...(lte ? [`r.updated_at <= ${values.add(lte)}`] : []),
  ].join(' AND ');
}

function isNoTombstone({ includesDeleted }: RecordQuery): string {
  return includesDeleted ? 'true' : 'r.deleted_at IS NULL';
}

function columns(table: string, { withRaw, withHash }: RecordPage): string {
  return [
    'id',
    'company_id AS "companyId"',
    'platform_id AS "platformId"',
    'data',
    'created_at AS "createdAt"',
    'updated_at AS "updatedAt"',
    'deleted_at AS "deletedAt"',
    ...(withRaw ? ['raw'] : []),
    ...(withHash ? ['hash'] : []),
  ]
    .map((column) => `${table}.${column}`)
    .join(', ');
}

function direction({ isDescending }: RecordPage): string {
  return isDescending ? 'DESC' : 'ASC';
}

function order(table: string, page: RecordPage): string {
  const id = `${table}.id ${direction(page)}`;
  return page.orderBy === 'id' ? id : `${table}.${page.orderBy} ${direction(page)}, ${id}`;
}

function isBeyond({ place, orderBy, isDescending }: RecordPage, values: Values): string {
  if (place === null) return 'true';
  const than = isDescending ? '<' : '>';
  if (orderBy === 'id') return `r.id ${than} ${values.add(place.id)}`;
  return `(r.${orderBy}, r.id) ${than} (${values.add(place.at)}::timestamptz, ${values.add(place.id)}::bigint)`;
}

/** The values of a statement, each in the place of its `$n`. */
class Values {
  readonly all: unknown[] = [];

  /** Keeps a value; answers how the statement names it. */
  add(value: unknown): string {
    this.all.push(value);
    return `$${this.all.length}`;
  }
}

/** Ids come as `bigint`; instants as they are served, since making `Date`s of them and texts again takes twice as long. */
const TYPES = new TypeOverrides();
TYPES.setTypeParser(types.builtins.INT8, BigInt);
TYPES.setTypeParser(types.builtins.TIMESTAMPTZ, isoInstant);

/** `2026-01-31 10:15:00.5+00`, as the server writes an instant in our sessions, in ISO 8601 with milliseconds. */
function isoInstant(text: string): string {
  const fraction = text.slice(20, -3).padEnd(3, '0');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}
