import { existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { OffsetClock } from './clock';
import { Collection } from './collection';
import { FaultBoard } from './faults';
import { Journal, readJournal } from './journal';
import { type JsonRecord, parseJsonRecord } from './json';
import type { Platform, SeedCounts } from './platform';
import { type Limits, RateLimiter } from './rate-limiter';
import { type LoggedRequest, RequestLog } from './request-log';
import { changedMs, patched, replaced } from './stamps';
import { line, readLine } from './tenant-journal';
import { newEpoch, type Settings } from './tenant-settings';
import { TokenBook } from './token-book';

/** A journal is looked at for rewriting when it has grown by this much, and then by its own size. */
const REWRITE_BYTES = 64 * 1024 * 1024;
const DAY_MS = 86_400_000;
/** Seeded records between two looks at other requests. */
const SEED_LOT = 1_000;

export interface TenantOptions {
  limits?: Limits | undefined;
  pageSize?: number | undefined;
  latencyMs?: number | undefined;
}

/**
 * One tenant of a stand-in platform: its records, clock, limits, faults, tokens and request log.
 * Every change goes into its journal; `commit` makes sure of it before the caller is answered.
 */
export class Tenant {
  readonly clock = new OffsetClock();
  readonly limiter = new RateLimiter();
  readonly faults = new FaultBoard();
  readonly log = new RequestLog();
  readonly tokens: TokenBook;
  private collections: Map<string, Collection>;
  private readonly journal: Journal | null;
  private settings: Settings;
  private rewriteBytes = REWRITE_BYTES;

  constructor(
    private readonly platform: Platform,
    readonly id: string,
    { path, claimToken }: { path: string | null; claimToken: (token: string) => void },
  ) {
    this.tokens = new TokenBook(claimToken);
    this.collections = emptyCollections(platform);
    this.settings = this.freshSettings({});
    const readBytes = path !== null && existsSync(path) ? this.readBack(path) : 0;
    this.journal = path === null ? null : new Journal(path);
    if (readBytes > 2 * this.weight() + 1_000_000) this.rewrite();
  }

  get account(): Settings['account'] {
    return this.settings.account;
  }

  get latencyMs(): number {
    return this.settings.latencyMs;
  }

  /** Rows a page has when nothing is asked for, and rows it has at most. */
  get pageSizes(): { usual: number; most: number } {
    return { usual: this.settings.pageSize ?? 100, most: this.settings.pageSize ?? 1_000 };
  }

  /** The records of a resource; undefined where the platform has no such resource. */
  collection(resource: string): Collection | undefined {
    return this.collections.get(resource);
  }

  /**
   * Begins anew with the seed's records, all at one stroke once they have been made; tokens stay,
   * all cursors die.
   */
  async reset({ counts, options }: { counts: SeedCounts; options: TenantOptions }): Promise<void> {
    const collections = emptyCollections(this.platform);
    let made = 0;
    const seed = this.platform.seed({ tenantId: this.id, counts, nowMs: Date.now() });
    for (const { resource, id, updatedMs, text } of seed) {
      collections.get(resource)?.put(id, updatedMs, text);
      made += 1;
      if (made % SEED_LOT === 0) await nextTurn();
    }
    this.collections = collections;
    this.settings = this.freshSettings(options);
    this.applySettings();
    this.limiter.restore([]);
    this.faults.clear();
    this.log.clear();
    this.rewrite();
  }

  setLimits(limits: Limits): void {
    this.change({ limits });
  }

  setOffset(offsetMs: number): void {
    this.change({ offsetMs });
  }

  cursorEpoch(resource: string): string {
    return this.settings.cursorEpochs[resource] ?? '';
  }

  expireCursors(resource: string): void {
    this.change({ cursorEpochs: { ...this.settings.cursorEpochs, [resource]: newEpoch() } });
  }

  /** Creates a record, or replaces the one of that id where it stands. */
  putRecord(resource: string, fields: JsonRecord, keepTimestamps = false): JsonRecord {
    const collection = this.mustFind(resource);
    const id = typeof fields.id === 'string' ? fields.id : this.freshId(resource, collection);
    const known = collection.get(id);
    const before = known === undefined ? null : parseJsonRecord(known.text);
    const nowIso = this.clock.nowIso();
    return this.store(resource, id, replaced(id, { before, fields, nowIso, keepTimestamps }));
  }

  /** Changes the named fields of a record; null where there is no such record. */
  patchRecord(
    resource: string,
    id: string,
    { fields, keepTimestamps }: { fields: JsonRecord; keepTimestamps: boolean },
  ): JsonRecord | null {
    const known = this.mustFind(resource).get(id);
    if (known === undefined) return null;
    const before = parseJsonRecord(known.text);
    const nowIso = this.clock.nowIso();
    return this.store(resource, id, patched(id, { before, fields, nowIso, keepTimestamps }));
  }

  deleteRecord(resource: string, id: string): boolean {
    const isGone = this.mustFind(resource).delete(id);
    if (isGone) this.journal?.append(line.deletion(resource, id));
    return isGone;
  }

  logRequest(request: Omit<LoggedRequest, 'seq'>): void {
    const entry = this.log.add(request);
    this.journal?.append(line.request(entry));
  }

  saveFaults(): void {
    this.journal?.append(line.faults(this.faults.list()));
  }

  saveTokens(): void {
    this.journal?.append(line.tokens(this.tokens.takeChanged()));
  }

  /** Makes sure that what was changed outlives a kill; to be called before a change is confirmed. */
  commit(): void {
    if (this.journal === null) return;
    this.journal.flush();
    if (this.journal.addedBytes < this.rewriteBytes) return;
    // Weighing looks at every record: with a heavy tenant the next look waits until it can pay.
    const weight = this.weight();
    if (this.journal.addedBytes > weight) this.rewrite();
    else this.rewriteBytes = weight;
  }

  close(): void {
    this.journal?.close();
  }

  private mustFind(resource: string): Collection {
    const collection = this.collections.get(resource);
    if (collection === undefined) throw new Error(`no such resource: ${resource}`);
    return collection;
  }

  private freshId(resource: string, collection: Collection): string {
    for (let number = collection.nextKey; ; number += 1) {
      const id = `${this.platform.idPrefix(resource)}_${number}`;
      if (collection.get(id) === undefined) return id;
    }
  }

  private freshSettings(options: TenantOptions): Settings {
    const epochs = this.platform.resources.map((resource) => [resource, newEpoch()] as const);
    return {
      tenantId: this.id,
      account: this.platform.account(this.id),
      limits: options.limits ?? {},
      pageSize: options.pageSize ?? null,
      latencyMs: options.latencyMs ?? 0,
      offsetMs: 0,
      cursorEpochs: Object.fromEntries(epochs),
    };
  }

  private change(change: Partial<Settings>): void {
    this.settings = { ...this.settings, ...change };
    this.applySettings();
    this.journal?.append(line.settings(this.settings));
  }

  private applySettings(): void {
    this.limiter.setLimits(this.settings.limits);
    this.clock.offsetMs = this.settings.offsetMs;
  }

  private store(resource: string, id: string, record: JsonRecord): JsonRecord {
    const updatedMs = changedMs(record, this.clock.nowMs());
    const row = this.mustFind(resource).put(id, updatedMs, JSON.stringify(record));
    this.journal?.append(line.row(resource, row));
    return record;
  }

  /** About the bytes a rewritten journal has. */
  private weight(): number {
    let bytes = 0;
    for (const collection of this.collections.values()) {
      for (const row of collection) bytes += row.text.length + 60;
    }
    return bytes;
  }

  private rewrite(): void {
    this.journal?.rewrite(this.lines());
    this.rewriteBytes = REWRITE_BYTES;
  }

  private *lines(): Generator<string> {
    yield line.settings(this.settings);
    yield line.tokens(this.tokens.list());
    yield line.faults(this.faults.list());
    yield line.keys(this.collections);
    const { entries, totals, lastSeq } = this.log.snapshot();
    yield line.totals(totals, lastSeq);
    for (const entry of entries) yield line.keptRequest(entry);
    for (const [resource, collection] of this.collections) {
      for (const row of collection) yield line.row(resource, row);
    }
  }

  private readBack(path: string): number {
    const bytes = readJournal(path, (text) =>
      readLine(text, {
        settings: (settings) => {
          this.settings = settings;
        },
        tokens: (tokens) => this.tokens.restore(tokens),
        faults: (faults) => this.faults.restore(faults),
        request: (request) => this.log.add(request),
        keptRequest: (request) => this.log.keep(request),
        totals: (totals, lastSeq) => this.log.setTotals(totals, lastSeq),
        keys: (keys) => {
          for (const [name, key] of Object.entries(keys)) this.collection(name)?.reserveKeysTo(key);
        },
        row: (name, row) => this.collection(name)?.put(row.id, row.updatedMs, row.text, row.key),
        deletion: (name, id) => this.collection(name)?.delete(id),
      }),
    );
    this.applySettings();
    const counted = this.log.snapshot().entries.filter((entry) => entry.counted);
    const arrivals = counted.map((entry) => Date.parse(entry.at)).sort((a, b) => a - b);
    this.limiter.restore(arrivals.filter((at) => at > Date.now() - DAY_MS));
    return bytes;
  }
}

function emptyCollections(platform: Platform): Map<string, Collection> {
  return new Map(platform.resources.map((resource) => [resource, new Collection()]));
}
