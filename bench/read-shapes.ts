import type { Pool } from 'pg';
import { encodeCursor, encodeId } from '../api/cursor';
import type { Statement } from './raw/reads';
import type { ReadTable } from './read-table';

/** One question to the API, and what somebody who writes SQL for speed would ask the database instead. */
export interface Read {
  readonly name: string;
  readonly words: string;
  /** Whether the target is about it. */
  readonly isMain?: true;
  /** Beyond `limit=100`. */
  readonly query: Readonly<Record<string, string>>;
  readonly statements: readonly Statement[];
}

const MODEL = 'INVOICES';
const LIMIT = 101;
const COLUMNS = 'id, company_id, platform_id, data, created_at, updated_at, deleted_at';
const LIVE = `data_model = '${MODEL}' AND deleted_at IS NULL`;
/** Of ten parts of what a read finds, how many lie before its deep page: the 9,000th of 10,000 pages. */
const DEEP = 0.9;
/** What has changed since then: one record of a hundred. */
const RECENT = 0.01;

/** The two that the target is about: the newest records, and the same far down. */
export async function mainReads(pool: Pool, table: ReadTable): Promise<Read[]> {
  const all = table.companyIds;
  const newest = (more: string) =>
    `SELECT ${COLUMNS} FROM records WHERE company_id = ANY($1::bigint[]) AND ${LIVE} ${more} ORDER BY id DESC LIMIT ${LIMIT}`;
  const deep = await placeOf(pool, 'company_id = ANY($1::bigint[])', 'id DESC', [all]);
  return [
    {
      name: 'first',
      words: 'first page',
      isMain: true,
      query: {},
      statements: [{ text: newest(''), values: [all] }],
    },
    {
      name: 'deep',
      words: 'deep page',
      isMain: true,
      query: { next: encodeId(MODEL, BigInt(deep.id)) },
      statements: [{ text: newest('AND id < $2'), values: [all, deep.id] }],
    },
  ];
}

/** With filters, in other orders, and with the number of all. */
export async function otherReads(pool: Pool, table: ReadTable): Promise<Read[]> {
  const since = await recentInstant(pool);
  return [
    ...(await ofOneCompany(pool, table)),
    ...(await changedSince(pool, table, since)),
    ...(await byChange(pool, table, since)),
    ...(await byCreation(pool, table)),
    ...counted(table, since),
  ];
}

async function ofOneCompany(pool: Pool, { largest: { companyId } }: ReadTable): Promise<Read[]> {
  const query = { 'rootfi_company_id[eq]': companyId };
  const newest = (more: string) =>
    `SELECT ${COLUMNS} FROM records WHERE company_id = $1 AND ${LIVE} ${more} ORDER BY id DESC LIMIT ${LIMIT}`;
  const deep = await placeOf(pool, 'company_id = $1', 'id DESC', [companyId]);
  return [
    {
      name: 'company_first',
      words: 'one company, first page',
      query,
      statements: [{ text: newest(''), values: [companyId] }],
    },
    {
      name: 'company_deep',
      words: 'one company, deep page',
      query: { ...query, next: encodeId(MODEL, BigInt(deep.id)) },
      statements: [{ text: newest('AND id < $2'), values: [companyId, deep.id] }],
    },
  ];
}

async function changedSince(pool: Pool, table: ReadTable, since: string): Promise<Read[]> {
  const { companyIds, largest } = table;
  const query = { 'rootfi_updated_at[gte]': since };
  const changed = (of: string, more: string) =>
    `SELECT ${COLUMNS} FROM records WHERE ${of} AND ${LIVE} AND updated_at >= $2 ${more} ORDER BY id DESC LIMIT ${LIMIT}`;
  const all = 'company_id = ANY($1::bigint[])';
  const deep = await placeOf(pool, `${all} AND updated_at >= $2`, 'id DESC', [companyIds, since]);
  return [
    {
      name: 'since_first',
      words: 'changed of late (1 %), first page',
      query,
      statements: [{ text: changed(all, ''), values: [companyIds, since] }],
    },
    {
      name: 'since_deep',
      words: 'changed of late (1 %), deep page',
      query: { ...query, next: encodeId(MODEL, BigInt(deep.id)) },
      statements: [{ text: changed(all, 'AND id < $3'), values: [companyIds, since, deep.id] }],
    },
    {
      name: 'company_since',
      words: 'one company, changed of late (1 %)',
      query: { ...query, 'rootfi_company_id[eq]': largest.companyId },
      statements: [{ text: changed('company_id = $1', ''), values: [largest.companyId, since] }],
    },
  ];
}

async function byChange(pool: Pool, { companyIds }: ReadTable, since: string): Promise<Read[]> {
  const query = { 'sort[rootfi_updated_at]': 'ASC' };
  const order = 'updated_at, id';
  const deep = await placeOf(pool, 'company_id = ANY($1::bigint[])', order, [companyIds]);
  const place = { order: 'updated_at ASC', at: deep.updated_at, rootfi_id: Number(deep.id) };
  return [
    {
      name: 'updated_first',
      words: 'sort[rootfi_updated_at]=ASC, first page',
      query,
      statements: [{ text: ofEach('', order), values: [companyIds] }],
    },
    {
      name: 'updated_deep',
      words: 'sort[rootfi_updated_at]=ASC, deep page',
      query: { ...query, next: encodeCursor({ list: MODEL, ...place }) },
      statements: [
        {
          text: ofEach('AND (updated_at, id) > ($2, $3)', order),
          values: [companyIds, deep.updated_at, deep.id],
        },
      ],
    },
    {
      name: 'updated_since',
      words: 'sort[rootfi_updated_at]=ASC, changed of late (1 %)',
      query: { ...query, 'rootfi_updated_at[gte]': since },
      statements: [{ text: ofEach('AND updated_at >= $2', order), values: [companyIds, since] }],
    },
  ];
}

async function byCreation(pool: Pool, { companyIds }: ReadTable): Promise<Read[]> {
  const query = { 'sort[rootfi_created_at]': 'DESC' };
  const order = 'created_at DESC, id DESC';
  const deep = await placeOf(pool, 'company_id = ANY($1::bigint[])', order, [companyIds]);
  const place = { order: 'created_at DESC', at: deep.created_at, rootfi_id: Number(deep.id) };
  return [
    {
      name: 'created_first',
      words: 'sort[rootfi_created_at]=DESC, first page',
      query,
      statements: [{ text: ofEach('', order), values: [companyIds] }],
    },
    {
      name: 'created_deep',
      words: 'sort[rootfi_created_at]=DESC, deep page',
      query: { ...query, next: encodeCursor({ list: MODEL, ...place }) },
      statements: [
        {
          text: ofEach('AND (created_at, id) < ($2, $3)', order),
          values: [companyIds, deep.created_at, deep.id],
        },
      ],
    },
  ];
}

function counted({ companyIds }: ReadTable, since: string): Read[] {
  const page = `SELECT ${COLUMNS} FROM records WHERE company_id = ANY($1::bigint[]) AND ${LIVE}`;
  const count = `SELECT count(*) FROM records WHERE company_id = ANY($1::bigint[]) AND ${LIVE}`;
  const last = `ORDER BY id DESC LIMIT ${LIMIT}`;
  const recent = 'AND updated_at >= $2';
  return [
    {
      name: 'count',
      words: 'return_count=true',
      query: { return_count: 'true' },
      statements: [
        { text: `${page} ${last}`, values: [companyIds] },
        { text: count, values: [companyIds] },
      ],
    },
    {
      name: 'since_count',
      words: 'return_count=true, changed of late (1 %)',
      query: { return_count: 'true', 'rootfi_updated_at[gte]': since },
      statements: [
        { text: `${page} ${recent} ${last}`, values: [companyIds, since] },
        { text: `${count} ${recent}`, values: [companyIds, since] },
      ],
    },
  ];
}

/** A page over many companies in an order that only each company by itself has an index for. */
function ofEach(more: string, order: string): string {
  return `SELECT r.* FROM unnest($1::bigint[]) AS company (id) CROSS JOIN LATERAL (
      SELECT ${COLUMNS} FROM records WHERE company_id = company.id AND ${LIVE} ${more} ORDER BY ${order} LIMIT ${LIMIT}
    ) r ORDER BY ${order} LIMIT ${LIMIT}`;
}

interface Place {
  readonly id: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The row that a deep page comes after. */
async function placeOf(
  pool: Pool,
  which: string,
  order: string,
  values: readonly unknown[],
): Promise<Place> {
  const { rows } = await pool.query<{ id: string; created_at: Date; updated_at: Date }>(
    `SELECT id, created_at, updated_at FROM records WHERE ${which} AND ${LIVE} ORDER BY ${order}
     OFFSET (SELECT (count(*) * ${DEEP})::bigint FROM records WHERE ${which} AND ${LIVE}) LIMIT 1`,
    [...values],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`There is no deep page of ${which}`);
  const { id, created_at, updated_at } = row;
  return { id, created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
}

async function recentInstant(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ at: Date }>(
    `SELECT percentile_disc(${1 - RECENT}) WITHIN GROUP (ORDER BY updated_at) AS at FROM records WHERE ${LIVE}`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('There are no records');
  return row.at.toISOString();
}
