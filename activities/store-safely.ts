import type { TakenPull } from '../store/begin';
import type { Database } from '../store/database';
import { type Page, type PageRecord, type PageStored, storePage } from '../store/page';

/**
 * Stores a page; where the database refuses it for what is in it, halves it until the culprit is alone, and
 * quarantines that. The cursor moves with the last part only, so an interrupted page is read again.
 */
export async function storeSafely(db: Database, pull: TakenPull, page: Page): Promise<PageStored> {
  try {
    return await storePage(db, pull, page);
  } catch (error) {
    if (!isDataError(error) || page.records.length === 0) throw error;
    const [only] = page.records;
    if (only !== undefined && page.records.length === 1) {
      return storePage(db, pull, {
        ...page,
        records: [],
        rejects: [...page.rejects, unstorable(only)],
      });
    }
    const middle = Math.ceil(page.records.length / 2);
    const first = await storeSafely(db, pull, {
      ...page,
      records: page.records.slice(0, middle),
      rejects: [],
      repeated: 0,
      gone: [],
      next: pull.checkpoint,
      listingPage: 0,
    });
    if (first === null) return null;
    return storeSafely(db, pull, { ...page, records: page.records.slice(middle) });
  }
}

/** PostgreSQL's class 22, data exception: the statement is right, a value in it cannot be stored. */
function isDataError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('22')
  );
}

function unstorable(record: PageRecord) {
  return {
    platformId: record.platformId,
    rawHash: record.rawHash,
    // The raw record may be what cannot be stored.
    rawJson: '{}',
    path: '',
    reason: 'the database cannot store a value of this record',
  };
}
