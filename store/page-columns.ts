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
 * send them once the page before is stored.
 */
export interface PageColumns {
  readonly size: number;
  /** JSON texts with commas between them. */
  readonly ids: Buffer;
  readonly hashes: Buffer;
  readonly rawHashes: Buffer;
  /** ISO 8601; empty = not known. */
  readonly updatedAt: Buffer;
  readonly data: Buffer;
  readonly raw: Buffer;
}

/** JSON texts hold no control characters (RFC 8259 §7), so no column but the ids' can hold this one; those are JSON. */
const SEPARATOR = '\u001e';

export function columnsOf(records: readonly PageRecord[]): PageColumns {
  const column = (separator: string, text: (record: PageRecord) => string) =>
    Buffer.from(records.map(text).join(separator), 'utf8');
  return {
    size: records.length,
    ids: column(',', (record) => JSON.stringify(record.platformId)),
    hashes: column(SEPARATOR, (record) => record.hash),
    rawHashes: column(SEPARATOR, (record) => record.rawHash),
    updatedAt: column(SEPARATOR, (record) => record.platformUpdatedAt?.toISOString() ?? ''),
    data: column(SEPARATOR, (record) => record.dataJson),
    raw: column(SEPARATOR, (record) => record.rawJson),
  };
}

/** The columns of several pages as those of one. */
export function joinColumns(pages: readonly PageColumns[]): PageColumns {
  const filled = pages.filter(({ size }) => size > 0);
  const [only] = filled;
  if (only !== undefined && filled.length === 1) return only;
  const column = (separator: string, part: (page: PageColumns) => Buffer) => {
    const between = Buffer.from(separator);
    return Buffer.concat(
      filled.flatMap((page, index) => (index === 0 ? [part(page)] : [between, part(page)])),
    );
  };
  return {
    size: filled.reduce((sum, { size }) => sum + size, 0),
    ids: column(',', (page) => page.ids),
    hashes: column(SEPARATOR, (page) => page.hashes),
    rawHashes: column(SEPARATOR, (page) => page.rawHashes),
    updatedAt: column(SEPARATOR, (page) => page.updatedAt),
    data: column(SEPARATOR, (page) => page.data),
    raw: column(SEPARATOR, (page) => page.raw),
  };
}

/** The ids as a list in JSON: they alone can hold any character. */
export function idsJson({ ids }: PageColumns): Buffer {
  return Buffer.concat([Buffer.from('['), ids, Buffer.from(']')]);
}
