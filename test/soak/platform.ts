import type { SandboxControl } from '../support/sandbox-control';
import { type Fault, MODELS, type Model } from './events';
import { Shuffles } from './shuffles';
import type { Tally } from './tally';

/** A span of time in which a row was not at the platform. Both ends are known only from when the call began to its end. */
interface Absence {
  readonly fromEarliest: number;
  fromLatest: number;
  toEarliest: number;
  toLatest: number;
}

interface Row {
  /** When it was surely there first; -Infinity for seeded rows. */
  readonly bornBy: number;
  /** When it can have been there first. */
  readonly bornAfter: number;
  /** Versions by which instant they were surely committed. Versions of a row only grow. */
  readonly commits: { version: number; by: number }[];
  readonly absences: Absence[];
}

/** The text that carries a row's version. */
const FIELD: Record<Model, string> = {
  INVOICES: 'memo',
  BILLS: 'memo',
  CONTACTS: 'name',
  ITEMS: 'name',
  ACCOUNTS: 'name',
  TAX_RATES: 'name',
};

const SEED = {
  invoices: 300,
  contacts: 70,
  items: 50,
  bills: 200,
  accounts: 90,
  tax_rates: 40,
};
const PAGE_SIZE = 12;
const LATENCY_MS = 60;

export function resourceOf<M extends Model>(model: M): Lowercase<M> {
  return model.toLowerCase() as Lowercase<M>;
}

/** A person at the platform who remembers what they did, and when: the model that the store is compared with. */
export class Platform {
  readonly shuffles = new Shuffles();
  readonly #rows = new Map<Model, Map<string, Row>>();
  #version = 0;
  #offsetMs = 0;
  #mostAheadMs = 0;
  #faultsSet: Fault[] = [];

  constructor(
    private readonly sandbox: SandboxControl,
    readonly tenant: string,
    private readonly tally: Tally,
  ) {}

  async create(): Promise<void> {
    await this.sandbox.createTenant(this.tenant, {
      seed: SEED,
      page_size: PAGE_SIZE,
      latency_ms: LATENCY_MS,
    });
    for (const model of MODELS) {
      const truth = await this.truth(model);
      const row = (): Row => ({
        bornBy: -Infinity,
        bornAfter: -Infinity,
        commits: [],
        absences: [],
      });
      this.#rows.set(model, new Map([...truth.keys()].map((id) => [id, row()])));
    }
  }

  truth(model: Model): Promise<Map<string, Record<string, unknown>>> {
    return this.sandbox.truth(this.tenant, resourceOf(model));
  }

  rows(model: Model): ReadonlyMap<string, Row> {
    return this.#rows.get(model) ?? new Map();
  }

  async change(model: Model, picks: readonly number[]): Promise<void> {
    for (const id of this.#pick(model, picks, 'live')) {
      const version = this.#nextVersion();
      await this.sandbox.change(this.tenant, resourceOf(model), id, fields(model, version));
      this.rows(model).get(id)?.commits.push({ version, by: Date.now() });
      this.tally.add('rows at the platform', 'changed');
    }
  }

  async insert(model: Model, count: number): Promise<void> {
    const versions = Array.from({ length: count }, () => this.#nextVersion());
    const bornAfter = Date.now();
    const ids = await this.sandbox.insert(
      this.tenant,
      resourceOf(model),
      versions.map((version) => fields(model, version)),
    );
    const by = Date.now();
    ids.forEach((id, n) => {
      const commits = [{ version: versions[n] ?? 0, by }];
      this.#rows.get(model)?.set(id, { bornBy: by, bornAfter, commits, absences: [] });
    });
    this.tally.add('rows at the platform', 'inserted', count);
  }

  remove(model: Model, picks: readonly number[]): Promise<void> {
    return this.#remove(model, this.#pick(model, picks, 'live'));
  }

  /** Deletes a share of all rows at once: what makes a sync hold its deletions. */
  empty(model: Model, share: number): Promise<void> {
    const ids = this.#ids(model, 'live');
    return this.#remove(model, ids.slice(0, Math.ceil(ids.length * share)));
  }

  async #remove(model: Model, ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const absence = {
        fromEarliest: Date.now(),
        fromLatest: Infinity,
        toEarliest: Infinity,
        toLatest: Infinity,
      };
      this.rows(model).get(id)?.absences.push(absence);
      await this.sandbox.remove(this.tenant, resourceOf(model), id);
      absence.fromLatest = Date.now();
      this.tally.add('rows at the platform', 'deleted');
    }
  }

  /** Deleted rows come back, with their ids. */
  async reinsert(model: Model, picks: readonly number[]): Promise<void> {
    for (const id of this.#pick(model, picks, 'gone')) {
      const row = this.rows(model).get(id);
      const absence = row?.absences.at(-1);
      if (row === undefined || absence === undefined) continue;
      const version = this.#nextVersion();
      absence.toEarliest = Date.now();
      const record = { id, ...fields(model, version) };
      await this.sandbox.insert(this.tenant, resourceOf(model), [record]);
      absence.toLatest = Date.now();
      row.commits.push({ version, by: absence.toLatest });
      this.tally.add('rows at the platform', 'put back');
    }
  }

  async fault(fault: Fault): Promise<void> {
    const { model, ...rest } = fault;
    if (fault.kind === 'shuffle') this.shuffles.set(model);
    this.#faultsSet.push(fault);
    await this.sandbox.fault(this.tenant, {
      ...rest,
      ...(model === null ? {} : { resource: resourceOf(model) }),
    });
    this.tally.add('faults set', fault.kind);
  }

  /** Looks which faults still stand. */
  async look(): Promise<void> {
    this.shuffles.see(await this.sandbox.faults(this.tenant));
  }

  /** Deletes all faults, after counting how often each kind has struck. */
  async heal(): Promise<void> {
    const standing = await this.sandbox.faults(this.tenant);
    for (const fault of this.#faultsSet) {
      // One that is gone has struck as often as it was to; what stands tells how often it did.
      if (fault.times > 0 && fault.kind !== 'revoke_token') {
        this.tally.add('faults struck', fault.kind, fault.times);
      }
    }
    for (const { kind, times = 1, struck } of standing) {
      const isCounted = times > 0 && kind !== 'revoke_token';
      this.tally.add('faults struck', kind, isCounted ? struck - times : struck);
    }
    this.#faultsSet = [];
    await this.sandbox.heal(this.tenant);
    this.shuffles.see([]);
  }

  limit(limits: Readonly<Record<string, number>>): Promise<unknown> {
    return this.sandbox.limit(this.tenant, limits);
  }

  async clock(offsetMs: number): Promise<void> {
    this.#offsetMs = offsetMs;
    this.#mostAheadMs = Math.max(this.#mostAheadMs, offsetMs);
    await this.sandbox.clock(this.tenant, offsetMs);
  }

  /** From now on time passes faster: it begins that long ago. */
  startFastClock(behindMs: number): Promise<void> {
    this.#mostAheadMs = -behindMs;
    return this.clock(-behindMs);
  }

  /** Time passes, but never beyond the true one. */
  letPass(ms: number): Promise<void> {
    return this.clock(Math.min(0, this.#offsetMs + ms));
  }

  /** The latest instant its clock can have shown. */
  latestMs(): number {
    return Date.now() + this.#mostAheadMs;
  }

  #pick(model: Model, picks: readonly number[], which: 'live' | 'gone'): string[] {
    const ids = this.#ids(model, which);
    const chosen = picks.flatMap((pick) => ids[pick % Math.max(1, ids.length)] ?? []);
    return [...new Set(chosen)];
  }

  #ids(model: Model, which: 'live' | 'gone'): string[] {
    return [...this.rows(model)]
      .filter(([, row]) => (row.absences.at(-1)?.toLatest === Infinity) === (which === 'gone'))
      .map(([id]) => id);
  }

  #nextVersion(): number {
    this.#version += 1;
    return this.#version;
  }
}

/** Whether the row was at the platform all the time between two instants. */
export function isThereThroughout(row: Row, from: number, to: number): boolean {
  if (row.bornBy > from) return false;
  return row.absences.every((absence) => absence.toLatest < from || absence.fromEarliest > to);
}

/** Whether the row was away all the time between two instants. */
export function isGoneThroughout(row: Row, from: number, to: number): boolean {
  return row.absences.some((absence) => absence.fromLatest < from && absence.toEarliest > to);
}

/** The newest version that was surely committed after one instant and before another; 0 = none. */
export function versionBetween(row: Row, after: number, before: number): number {
  return row.commits.reduce(
    (newest, { version, by }) => (by > after && by < before ? Math.max(newest, version) : newest),
    0,
  );
}

function fields(model: Model, version: number): Record<string, string> {
  return { [FIELD[model]]: `v${version} ${model.toLowerCase()}` };
}
