import { z } from 'zod';

/** One request a tenant's API has answered, as the control interface shows it. */
export interface RequestEntry {
  /** In the order of the answers, so that whoever reads on after a `seq` misses none. */
  seq: number;
  /** Arrival on the host's clock, ISO 8601. */
  at: string;
  method: string;
  path: string;
  query: { [name: string]: string };
  /** 0 where the connection ended without a status line. */
  status: number;
  ms: number;
  /** Requests in progress when this one arrived, itself included. */
  concurrent: number;
}

export interface RequestTotals {
  count: number;
  rejected_429: number;
  by_status: { [status: string]: number };
}

/** An entry with what the rate limiter must know of it after a restart. */
export interface LoggedRequest extends RequestEntry {
  counted: boolean;
}

export const requestSchema: z.ZodType<LoggedRequest> = z.strictObject({
  seq: z.int(),
  at: z.string(),
  method: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.string()),
  status: z.int(),
  ms: z.number(),
  concurrent: z.int(),
  counted: z.boolean(),
});

export const totalsSchema: z.ZodType<RequestTotals> = z.strictObject({
  count: z.int(),
  rejected_429: z.int(),
  by_status: z.record(z.string(), z.int()),
});

const KEPT = 100_000;

/** The last 100,000 requests of a tenant, and exact totals of all of them. */
export class RequestLog {
  private entries: LoggedRequest[] = [];
  private lastSeq = 0;
  private totals: RequestTotals = { count: 0, rejected_429: 0, by_status: {} };

  add(request: Omit<LoggedRequest, 'seq'>): LoggedRequest {
    const entry = { seq: this.lastSeq + 1, ...request };
    this.totals.count += 1;
    if (entry.status === 429) this.totals.rejected_429 += 1;
    this.totals.by_status[entry.status] = (this.totals.by_status[entry.status] ?? 0) + 1;
    this.keep(entry);
    return entry;
  }

  /** Takes an entry that `totals` already contain. */
  keep(entry: LoggedRequest): void {
    this.lastSeq = Math.max(this.lastSeq, entry.seq);
    this.entries.push(entry);
    if (this.entries.length >= 2 * KEPT) this.entries = this.entries.slice(-KEPT);
  }

  setTotals(totals: RequestTotals, lastSeq: number): void {
    this.totals = totals;
    this.lastSeq = Math.max(this.lastSeq, lastSeq);
  }

  /** Forgets all; `seq` goes on, so that a reader's `after` stays right. */
  clear(): void {
    this.entries = [];
    this.totals = { count: 0, rejected_429: 0, by_status: {} };
  }

  after(seq: number): { requests: RequestEntry[]; totals: RequestTotals } {
    const kept = this.kept();
    const first = kept.findIndex((entry) => entry.seq > seq);
    const requests = first < 0 ? [] : kept.slice(first).map(({ counted, ...entry }) => entry);
    return { requests, totals: this.totals };
  }

  /** What a restart needs: the kept entries, oldest first, and the totals. */
  snapshot(): { entries: LoggedRequest[]; totals: RequestTotals; lastSeq: number } {
    return { entries: this.kept(), totals: this.totals, lastSeq: this.lastSeq };
  }

  private kept(): LoggedRequest[] {
    return this.entries.slice(-KEPT);
  }
}
