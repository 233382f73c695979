import type { DataModel } from '../../core/unified/models';
import type { PageRequest, RelatedRead, Stream } from '../contract';
import { isObject } from '../engine/json';
import { keysetPages } from '../engine/paginators';
import { decode, encodeInstant } from './decode';
import { changedAt, type Row } from './row';
import { type Domain, rowsOf, searchRead } from './rpc';

const PAGE_SIZE = 200;
const MAX_IDS = 500;

/** A stream of one Tryton model, as data. */
export interface TrytonStream {
  readonly dataModel: DataModel;
  readonly model: string;
  /** Fields to read. `party.name` reads through a link and stands in the row as `party.: {name}`; lists alike. */
  readonly fields: readonly string[];
  /** Which rows belong to the data model. */
  readonly domain?: Domain;
  /**
   * Links to the rows that are part of a record: editing such a row (a line, an address) does not touch the record's
   * own dates. null: values of the record depend on rows that no link leads to, so it is always listed whole.
   */
  readonly parts: readonly string[] | null;
  readonly related?: readonly RelatedRead[];
  map(row: Row): unknown;
}

/** A never-edited row has no `write_date`, so both dates are asked for. */
function changedSince(parts: readonly string[], since: Date): Domain {
  const at = encodeInstant(since);
  const owners = ['', ...parts.map((part) => `${part}.`)];
  return [
    'OR',
    ...owners.flatMap((owner) => [
      [`${owner}write_date`, '>=', at],
      [`${owner}create_date`, '>=', at],
    ]),
  ];
}

const pages = keysetPages({ limit: PAGE_SIZE, items: rowsOf, id: idOf });

function idOf(item: unknown): number | null {
  return isObject(item) && typeof item.id === 'number' && Number.isSafeInteger(item.id)
    ? item.id
    : null;
}

function pageDomain(stream: TrytonStream, page: PageRequest): Domain {
  const after = pages.after(page);
  const domain: unknown[] = [...(stream.domain ?? [])];
  if (after !== null) domain.push(['id', '>', after]);
  if (page.since !== null && stream.parts !== null) {
    domain.push(changedSince(stream.parts, page.since));
  }
  return domain;
}

/** The engine's view of a stream. */
export function trytonStream(stream: TrytonStream): Stream {
  const { dataModel, model } = stream;
  const fields = [...stream.fields, 'create_date', 'write_date'];
  return {
    dataModel,
    filtersByChange: stream.parts !== null,
    list: (page) =>
      searchRead(model, { domain: pageDomain(stream, page), limit: PAGE_SIZE, fields }),
    read: pages.read,
    ...(stream.related === undefined ? {} : { related: stream.related }),
    byIds: {
      max: MAX_IDS,
      canAsk: (id) => /^\d{1,15}$/.test(id),
      request: (ids) =>
        searchRead(model, {
          domain: [...(stream.domain ?? []), ['id', 'in', ids.map(Number)]],
          limit: null,
          fields: ['id'],
        }),
      read: rowsOf,
    },
    id: (item) => idOf(item)?.toString() ?? null,
    updatedAt: (item) => {
      const at = isObject(item) ? decode(changedAt(item)) : null;
      return typeof at === 'string' ? new Date(at) : null;
    },
    map: (item) => {
      const row = decode(item);
      return isObject(row) ? stream.map(row) : row;
    },
  };
}
