import type { Stream } from '../connectors/contract';
import {
  keyOf,
  type MappedPage,
  mapPage,
  mergeRepeats,
  type QuarantinedRecord,
} from '../connectors/engine/map-page';
import { columnsOf, joinColumns, type PageColumns, recordsOf } from '../store/page-columns';

/** A platform's page, mapped, its records ready to be sent to the database. */
export interface MappedColumns {
  readonly columns: PageColumns;
  readonly quarantined: readonly QuarantinedRecord[];
  /** As in `MappedPage`. */
  readonly repeated: number;
}

/** Maps a page's items, with turns of others in between. Never throws for an item. */
export async function mappedPage(
  stream: Stream,
  items: readonly unknown[],
): Promise<MappedColumns> {
  return inColumns(await mapPage(stream, items));
}

export function inColumns({ records, quarantined, repeated }: MappedPage): MappedColumns {
  return { columns: columnsOf(records), quarantined, repeated };
}

/** Pages that follow each other, oldest first, as one. They are taken apart only where a record came on two of them. */
export function asOne(pages: readonly MappedColumns[]): MappedColumns {
  const [only] = pages;
  if (only !== undefined && pages.length === 1) return only;
  const keys = pages.flatMap(({ columns, quarantined }) => [
    ...columns.ids,
    ...quarantined.map(keyOf),
  ]);
  if (new Set(keys).size < keys.length) {
    const apart = pages.map((page) => ({ ...page, records: recordsOf(page.columns) }));
    return inColumns(mergeRepeats(apart));
  }
  return {
    columns: joinColumns(pages.map(({ columns }) => columns)),
    quarantined: pages.flatMap(({ quarantined }) => quarantined),
    repeated: pages.reduce((sum, { repeated }) => sum + repeated, 0),
  };
}
