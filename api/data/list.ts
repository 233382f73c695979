import { z } from 'zod';
import { invalid } from '../../core/errors';
import { instantText } from '../../core/instant-text';
import type { DataModel } from '../../core/unified/models';
import type { Database } from '../../store/database';
import {
  countRecords,
  listRecords,
  type RecordOrder,
  type RecordPage,
  type RecordQuery,
  type RecordView,
} from '../../store/read/records';
import { decodeCursor, decodeId, encodeCursor, encodeId } from '../cursor';
import { WrittenJson } from '../http/written-json';
import { writeRecord } from '../presenters/record';
import type { DataQuery } from './query';

/** A cursor holds its order, so that one from another order is refused instead of leading astray. */
interface Order {
  readonly by: RecordOrder;
  readonly isDescending: boolean;
}

const NEWEST_FIRST: Order = { by: 'id', isDescending: true };

/** One page of a data model's records: `{data, next?, prev?, total_count?}`. */
export async function listData(
  db: Database,
  organisationId: bigint,
  model: DataModel,
  query: DataQuery,
): Promise<WrittenJson> {
  if (query.next !== undefined && query.prev !== undefined) {
    throw invalid('prev', 'A page cannot be asked for by next and prev together.');
  }
  const order = orderOf(query);
  const filter = filterOf(organisationId, model, query);
  const [page, count] = await Promise.all([
    readPage(db, filter, order, query),
    query.return_count ? countRecords(db, filter) : null,
  ]);
  const { next, prev } = cursorsOf(page, model, order);
  return new WrittenJson([
    '{"data":[',
    ...page.rows.map((record, n) => `${n === 0 ? '' : ','}${writeRecord(model, record)}`),
    ']',
    next === undefined ? '' : `,"next":"${next}"`,
    prev === undefined ? '' : `,"prev":"${prev}"`,
    count === null ? '}' : `,"total_count":${count}}`,
  ]);
}

interface Page {
  readonly rows: readonly RecordView[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

async function readPage(
  db: Database,
  filter: RecordQuery,
  order: Order,
  query: DataQuery,
): Promise<Page> {
  const isBackwards = query.prev !== undefined;
  const place = isBackwards
    ? decodePlace(filter.dataModel, query.prev, 'prev', order)
    : decodePlace(filter.dataModel, query.next, 'next', order);
  const page: RecordPage = {
    orderBy: order.by,
    isDescending: order.isDescending !== isBackwards,
    place,
    limit: query.limit,
    withRaw: query.select?.includes('raw_data') ?? false,
    withHash: query.select?.includes('data_hash') ?? false,
  };
  const read = await listRecords(db, filter, page);
  const rows = read.slice(0, query.limit);
  const hasMore = read.length > query.limit;
  // A cursor came from a neighbouring page, so there was one on that side.
  return isBackwards
    ? { rows: rows.reverse(), hasBefore: hasMore, hasAfter: true }
    : { rows, hasBefore: place !== null, hasAfter: hasMore };
}

function cursorsOf(page: Page, model: DataModel, order: Order): { next?: string; prev?: string } {
  const first = page.rows[0];
  const last = page.rows.at(-1);
  return {
    ...(page.hasAfter && last !== undefined ? { next: encodePlace(last, model, order) } : {}),
    ...(page.hasBefore && first !== undefined ? { prev: encodePlace(first, model, order) } : {}),
  };
}

function orderOf(query: DataQuery): Order {
  const created = query['sort[rootfi_created_at]'];
  const updated = query['sort[rootfi_updated_at]'];
  if (created !== undefined && updated !== undefined) {
    throw invalid('sort[rootfi_updated_at]', 'Only one sort at a time.');
  }
  if (created !== undefined) return { by: 'created_at', isDescending: created === 'DESC' };
  if (updated !== undefined) return { by: 'updated_at', isDescending: updated === 'DESC' };
  return NEWEST_FIRST;
}

function filterOf(organisationId: bigint, dataModel: DataModel, query: DataQuery): RecordQuery {
  return {
    organisationId,
    dataModel,
    recordId: query['rootfi_id[eq]'],
    companyId: query['rootfi_company_id[eq]'],
    updatedAt: {
      gt: query['rootfi_updated_at[gt]'],
      gte: query['rootfi_updated_at[gte]'],
      lt: query['rootfi_updated_at[lt]'],
      lte: query['rootfi_updated_at[lte]'],
    },
    includesDeleted: query.include_deleted_records ?? false,
  };
}

const timePlace = z.strictObject({
  list: z.string(),
  order: z.enum(['created_at ASC', 'created_at DESC', 'updated_at ASC', 'updated_at DESC']),
  at: instantText,
  rootfi_id: z.int().nonnegative(),
});

function nameOf(order: Order): string {
  return `${order.by} ${order.isDescending ? 'DESC' : 'ASC'}`;
}

function encodePlace(record: RecordView, model: DataModel, order: Order): string {
  if (order.by === 'id') return encodeId(model, record.id);
  const at = order.by === 'created_at' ? record.createdAt : record.updatedAt;
  const rootfi_id = Number(record.id);
  return encodeCursor({ list: model, order: nameOf(order), at, rootfi_id });
}

function decodePlace(
  model: DataModel,
  text: string | undefined,
  field: string,
  order: Order,
): RecordPage['place'] {
  if (text === undefined) return null;
  if (order.by === 'id') {
    const id = decodeId(model, text, field);
    return id === null ? null : { at: null, id };
  }
  const place = decodeCursor(timePlace, model, text, field);
  if (place.order !== nameOf(order)) throw invalid(field, 'It belongs to another sort.');
  return { at: new Date(place.at), id: BigInt(place.rootfi_id) };
}
