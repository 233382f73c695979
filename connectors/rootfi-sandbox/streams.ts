import type { DataModel } from '../../core/unified/models';
import type { PageRequest, Stream } from '../contract';
import { MalformedAnswerError } from '../engine/errors';
import { isObject } from '../engine/json';
import { tokenPages } from '../engine/paginators';

/** More are rows here: the platform's resources bear the names of the data models. */
const MODELS = [
  'INVOICES',
  'BILLS',
  'CONTACTS',
  'ACCOUNTS',
  'ITEMS',
  'INVOICE_PAYMENTS',
  'BILL_PAYMENTS',
  'TAX_RATES',
] as const satisfies readonly DataModel[];

/** What we ask for; a tenant may hand out fewer. */
const PAGE_SIZE = '1000';
const MAX_IDS = 100;

const pages = tokenPages({ items: 'records', next: 'next_cursor', more: 'has_more' });

function listQuery(page: PageRequest): Record<string, string> {
  const token = pages.token(page);
  return {
    limit: PAGE_SIZE,
    // The cursor carries the filter it was made with; the first page sets it.
    ...(token === null ? {} : { cursor: token }),
    ...(page.since === null ? {} : { updated_since: page.since.toISOString() }),
  };
}

/** The rows of a list that must be complete: what it leaves for a next page would be taken for gone. */
function readWhole(body: unknown): readonly unknown[] {
  const { items, next } = pages.read(body);
  if (next !== null)
    throw new MalformedAnswerError('The platform answered with a part of the rows');
  return items;
}

function stream(dataModel: DataModel): Stream {
  const path = `/api/v1/${dataModel.toLowerCase()}`;
  return {
    dataModel,
    filtersByChange: true,
    list: (page) => ({ method: 'GET', path, query: listQuery(page) }),
    read: pages.read,
    byIds: {
      max: MAX_IDS,
      // Ids are sent as a comma-separated list.
      canAsk: (id) => !id.includes(','),
      request: (ids) => ({ method: 'GET', path, query: { ids: ids.join(',') } }),
      read: readWhole,
    },
    id: (item) => (isObject(item) && typeof item.id === 'string' ? item.id : null),
    updatedAt: (item) =>
      isObject(item) && typeof item.updated_at === 'string' ? new Date(item.updated_at) : null,
    // Records carry unified names already.
    map: (item) => item,
  };
}

export const streams: Partial<Record<DataModel, Stream>> = Object.fromEntries(
  MODELS.map((model) => [model, stream(model)]),
);
