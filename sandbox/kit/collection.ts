/** One record as it lies in memory: its text is kept, so that a page costs one join. */
export interface Row {
  /** Place in the order of insertion; never changes and is never used again. */
  readonly key: number;
  readonly id: string;
  updatedMs: number;
  /** The record as JSON text. */
  text: string;
  live: boolean;
}

/** One page of a listing; `last` is the key to go on after. */
export interface Page {
  rows: Row[];
  last: number;
  hasMore: boolean;
}

export interface PageQuery {
  /** Only rows inserted after this key; 0 = from the start. */
  after: number;
  limit: number;
  /** Only rows changed at or after this instant; null = all. */
  sinceMs: number | null;
}

/** Dead rows are cleared out when there are more of them than of living ones, and at least this. */
const LEAST_DEAD = 1_000;

/**
 * The records of one resource in the order of their insertion. Pages are cut by that key alone:
 * whatever is inserted, changed or deleted meanwhile, a listing shows each row that exists
 * throughout exactly once.
 */
export class Collection {
  private rows: Row[] = [];
  private readonly byId = new Map<string, Row>();
  private lastKey = 0;
  /** No row has changed later; lets a listing of what is new, with nothing new, look at no row. */
  private latestMs = 0;

  get size(): number {
    return this.byId.size;
  }

  /** The key the next new row will have. */
  get nextKey(): number {
    return this.lastKey + 1;
  }

  /** Keeps keys of rows that are gone from being used again after a restart. */
  reserveKeysTo(key: number): void {
    this.lastKey = Math.max(this.lastKey, key);
  }

  get(id: string): Row | undefined {
    return this.byId.get(id);
  }

  /** Adds the row, or rewrites it where it stands. `key` is given only when a stored row is read back. */
  put(id: string, updatedMs: number, text: string, key = this.nextKey): Row {
    this.latestMs = Math.max(this.latestMs, updatedMs);
    const known = this.byId.get(id);
    if (known !== undefined) {
      known.updatedMs = updatedMs;
      known.text = text;
      return known;
    }
    const row: Row = { key, id, updatedMs, text, live: true };
    this.rows.push(row);
    this.byId.set(id, row);
    this.lastKey = Math.max(this.lastKey, key);
    return row;
  }

  delete(id: string): boolean {
    const row = this.byId.get(id);
    if (row === undefined) return false;
    row.live = false;
    this.byId.delete(id);
    const dead = this.rows.length - this.byId.size;
    if (dead >= LEAST_DEAD && dead > this.byId.size) {
      this.rows = this.rows.filter((candidate) => candidate.live);
    }
    return true;
  }

  page({ after, limit, sinceMs }: PageQuery): Page {
    const found: Row[] = [];
    if (sinceMs !== null && sinceMs > this.latestMs) {
      return { rows: found, last: after, hasMore: false };
    }
    let last = after;
    for (let index = this.indexAfter(after); index < this.rows.length; index += 1) {
      const row = this.rows[index];
      if (row === undefined || !row.live) continue;
      if (sinceMs !== null && row.updatedMs < sinceMs) continue;
      if (found.length === limit) return { rows: found, last, hasMore: true };
      found.push(row);
      last = row.key;
    }
    return { rows: found, last, hasMore: false };
  }

  *[Symbol.iterator](): Iterator<Row> {
    for (const row of this.rows) if (row.live) yield row;
  }

  private indexAfter(key: number): number {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.rows[middle]?.key ?? 0) <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
