/** A mapped record, ready to be stored; `dataJson` and `rawJson` are JSON texts and go into the statement as they are. */
export interface PageRecord {
  readonly platformId: string;
  readonly hash: string;
  readonly rawHash: string;
  readonly platformUpdatedAt: Date | null;
  readonly dataJson: string;
  readonly rawJson: string;
}

/**
 * The records of a page column by column, each one text that the statement splits again: no document is parsed there
 * unless it is written, and node-postgres escapes no element of an array. As bytes, so that nothing is left to do but to
 * send them once the page before is stored; and instead of the records, whose texts would be copied about by each
 * collection of garbage while they wait.
 */
export interface PageColumns {
  /** They alone can hold any character, and go as JSON. */
  readonly ids: readonly string[];
  readonly hashes: Buffer;
  readonly rawHashes: Buffer;
  /** ISO 8601; empty = not known. */
  readonly updatedAt: Buffer;
  readonly data: Buffer;
  readonly raw: Buffer;
}

/** JSON texts hold no control characters (RFC 8259 §7), so no column but the ids can hold this one. */
const SEPARATOR = '\u001e';

export function columnsOf(records: readonly PageRecord[]): PageColumns {
  const column = (text: (record: PageRecord) => string) =>
    Buffer.from(records.map(text).join(SEPARATOR), 'utf8');
  return {
    ids: records.map((record) => record.platformId),
    hashes: column((record) => record.hash),
    rawHashes: column((record) => record.rawHash),
    updatedAt: column((record) => record.platformUpdatedAt?.toISOString() ?? ''),
    data: column((record) => record.dataJson),
    raw: column((record) => record.rawJson),
  };
}

/** The records again, for the few pages that must be taken apart. */
export function recordsOf(columns: PageColumns): PageRecord[] {
  const split = (column: Buffer) => column.toString('utf8').split(SEPARATOR);
  const [hashes, rawHashes] = [split(columns.hashes), split(columns.rawHashes)];
  const [updatedAt, data, raw] = [
    split(columns.updatedAt),
    split(columns.data),
    split(columns.raw),
  ];
  return columns.ids.map((platformId, row) => ({
    platformId,
    hash: hashes[row] ?? '',
    rawHash: rawHashes[row] ?? '',
    platformUpdatedAt: dateOf(updatedAt[row] ?? ''),
    dataJson: data[row] ?? '',
    rawJson: raw[row] ?? '',
  }));
}

function dateOf(text: string): Date | null {
  return text === '' ? null : new Date(text);
}

/** The columns of several pages as those of one. */
export function joinColumns(pages: readonly PageColumns[]): PageColumns {
  const filled = pages.filter(({ ids }) => ids.length > 0);
  const [only] = filled;
  if (only !== undefined && filled.length === 1) return only;
  const between = Buffer.from(SEPARATOR);
  const column = (part: (page: PageColumns) => Buffer) =>
    Buffer.concat(
      filled.flatMap((page, index) => (index === 0 ? [part(page)] : [between, part(page)])),
    );
  return {
    ids: filled.flatMap(({ ids }) => ids),
    hashes: column((page) => page.hashes),
    rawHashes: column((page) => page.rawHashes),
    updatedAt: column((page) => page.updatedAt),
    data: column((page) => page.data),
    raw: column((page) => page.raw),
  };
}
