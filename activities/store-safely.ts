import type { Checkpoint, TakenPull } from '../store/begin';
import type { Database } from '../store/database';
import { type Page, type PageReject, type PageStored, storePage } from '../store/page';
import { columnsOf, type PageRecord, recordsOf } from '../store/page-columns';
import { isDataError } from '../store/sql-state';

/** Why a record is in quarantine that could be mapped. */
export const UNSTORABLE = 'the database cannot store a value of this record';

/**
 * Stores a page; where the database refuses it for what is in it, halves it until the culprit is alone, and
 * quarantines that. The cursor moves from `from` with the last part only, so an interrupted page is read again.
 */
export async function storeSafely(
  db: Database,
  pull: TakenPull,
  page: Page,
  from: Checkpoint,
): Promise<PageStored> {
  try {
    return await storePage(db, pull, page);
  } catch (error) {
    if (!isDataError(error)) throw error;
    const records = recordsOf(page.columns);
    const [only] = records;
    if (only === undefined) throw error;
    if (records.length === 1) return storeCulprit(db, pull, page, only);
    const middle = Math.ceil(records.length / 2);
    const part = {
      ...page,
      columns: columnsOf(records.slice(0, middle)),
      rejects: [],
      repeated: 0,
      gone: [],
      next: from,
      listed: null,
    };
    const first = await storeSafely(db, pull, part, from);
    if (first === null) return null;
    return storeSafely(db, pull, { ...page, columns: columnsOf(records.slice(middle)) }, from);
  }
}

/** Quarantines a record that the database does not take; with its raw form, unless that is what it does not take. */
async function storeCulprit(
  db: Database,
  pull: TakenPull,
  page: Page,
  culprit: PageRecord,
): Promise<PageStored> {
  const without = (rawJson: string): Page => ({
    ...page,
    columns: columnsOf([]),
    rejects: [...page.rejects, unstorable(culprit, rawJson)],
  });
  try {
    return await storePage(db, pull, without(culprit.rawJson));
  } catch (error) {
    if (!isDataError(error)) throw error;
    return storePage(db, pull, without('{}'));
  }
}

function unstorable(record: PageRecord, rawJson: string): PageReject {
  return {
    platformId: record.platformId,
    rawHash: record.rawHash,
    rawJson,
    path: '',
    reason: UNSTORABLE,
  };
}
