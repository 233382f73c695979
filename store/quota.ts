import {
  ask,
  type Declared,
  newQuotaState,
  type QuotaState,
  renewSeries,
  settle,
  type Ask,
  type Settlement,
  type Verdict,
} from '../core/quota';
import type { Database } from './database';

/**
 * The quota ledger's row: read, decide in `core/quota.ts`, write back where nothing has come between. Two small
 * statements on the database's clock; no lock is held while deciding, and whoever comes second decides anew.
 */

/** Asks for a permit; the call before, where it has not been settled yet, is settled in the same breath. */
export async function askPermit(
  db: Database,
  account: string,
  declared: Declared,
  { before, ...request }: Omit<Ask, 'now'> & { readonly before: CallEnd | null },
): Promise<Verdict & { readonly now: number }> {
  return change(db, account, declared, (state, now) => {
    const settled = before === null ? state : settle(state, { ...before, now });
    const { state: next, verdict } = ask(settled, { ...request, now });
    return { next, answer: { ...verdict, now } };
  });
}

/** Renews a series: as `renewSeries` in `core/quota.ts`. */
export async function renewPermit(
  db: Database,
  account: string,
  declared: Declared,
  { before, ...request }: Omit<Ask, 'now'> & { readonly before: CallEnd },
): Promise<{ readonly calls: number; readonly now: number } | null> {
  return change(db, account, declared, (state, now) => {
    const renewed = renewSeries(state, { ...before, now }, { ...request, now });
    if (renewed === null) return { next: state, answer: null };
    return { next: renewed.state, answer: { calls: renewed.calls, now } };
  });
}

/** How a call ended, and what its answer said of limits. */
export type CallEnd = Omit<Settlement, 'now'>;

export async function settlePermit(
  db: Database,
  account: string,
  declared: Declared,
  settlement: CallEnd,
): Promise<void> {
  await change(db, account, declared, (state, now) => ({
    next: settle(state, { ...settlement, now }),
    answer: null,
  }));
}

/** A change of an account that waits to be written. */
interface Waiting {
  /** Answers the state after it, and what tells whoever waits, once that is written. */
  decide(state: QuotaState, now: number): { readonly next: QuotaState; readonly tell: () => void };
  fail(error: unknown): void;
}

/** The changes of each account that are to be written next by this process; an account is in it while one is written. */
const lines = new WeakMap<Database, Map<string, Waiting[]>>();

/**
 * Decides on the account's state and writes it. Those of one process stand in line, and all who came while the one
 * before was written go together: else they would undo each other's work, and each wait for a commit of its own.
 */
function change<T>(
  db: Database,
  account: string,
  declared: Declared,
  decide: (state: QuotaState, now: number) => { next: QuotaState; answer: T },
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const waiting: Waiting = {
      decide(state, now) {
        const { next, answer } = decide(state, now);
        return { next, tell: () => resolve(answer) };
      },
      fail: reject,
    };
    const ofDatabase = lines.get(db) ?? new Map<string, Waiting[]>();
    lines.set(db, ofDatabase);
    const line = ofDatabase.get(account);
    if (line !== undefined) {
      line.push(waiting);
      return;
    }
    ofDatabase.set(account, [waiting]);
    void writeLine(db, account, declared, ofDatabase);
  });
}

async function writeLine(
  db: Database,
  account: string,
  declared: Declared,
  ofDatabase: Map<string, Waiting[]>,
): Promise<void> {
  for (;;) {
    const together = ofDatabase.get(account) ?? [];
    if (together.length === 0) break;
    ofDatabase.set(account, []);
    try {
      await write(db, account, declared, together);
    } catch (error) {
      for (const { fail } of together) fail(error);
    }
  }
  ofDatabase.delete(account);
}

async function write(
  db: Database,
  account: string,
  declared: Declared,
  together: readonly Waiting[],
): Promise<void> {
  for (;;) {
    const row = (await read(db, account)) ?? (await create(db, account, declared));
    let next = row.state;
    const tells = together.map((waiting) => {
      const decided = waiting.decide(next, row.now);
      next = decided.next;
      return decided.tell;
    });
    const written = await db.pool.query({
      name: 'quota-write',
      text: `UPDATE quota_accounts SET state = $2::jsonb, version = version + 1, updated_at = syncline_now(),
          blocked_until = to_timestamp($4::double precision / 1000)
        WHERE account = $1 AND version = $3::bigint`,
      values: [account, JSON.stringify(next), row.version, next.blocked.until],
    });
    // Whoever wrote in between made progress, so this ends.
    if (written.rowCount !== 1) continue;
    for (const tell of tells) tell();
    return;
  }
}

interface Row {
  readonly state: QuotaState;
  readonly version: string;
  readonly now: number;
}

async function read(db: Database, account: string): Promise<Row | null> {
  const result = await db.pool.query<{ state: QuotaState; version: string; now: string }>({
    name: 'quota-read',
    text: `SELECT state, version::text, (extract(epoch FROM syncline_now()) * 1000)::bigint::text AS now
      FROM quota_accounts WHERE account = $1`,
    values: [account],
  });
  const row = result.rows[0];
  return row === undefined ? null : { ...row, now: Number(row.now) };
}

async function create(db: Database, account: string, declared: Declared): Promise<Row> {
  await db.pool.query(
    `INSERT INTO quota_accounts (account, state) VALUES ($1, $2::jsonb) ON CONFLICT DO NOTHING`,
    [account, JSON.stringify(newQuotaState(declared))],
  );
  const row = await read(db, account);
  if (row === null) throw new Error('The quota account was not written');
  return row;
}
