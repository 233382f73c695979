import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { OffsetClock } from './clock';
import { Collection, type Row } from './collection';
import { FaultBoard } from './faults';
import { Journal, readJournal } from './journal';
import { type JsonRecord, parseJsonRecord } from './json';
import type { Platform, SeedCounts } from './platform';
import { type Limits, RateLimiter } from './rate-limiter';
import { type LoggedRequest, RequestLog } from './request-log';
import * as state from './tenant-state';
import { TokenBook } from './token-book';

/** A journal is rewritten when it has grown by this much and by more than the records weigh. */
const REWRITE_AFTER_BYTES = 64 * 1024 * 1024;
const DAY_MS = 86_400_000;

export interface TenantOptions {
  limits?: Limits | undefined;
  pageSize?: number | undefined;
  latencyMs?: number | undefined;
}

/**
 * One tenant of a stand-in platform: its records, clock, limits, faults, tokens and request log.
 * Every change goes into its journal before the caller is answered.
 */
export class Tenant {
  readonly clock = new OffsetClock();
  readonly limiter = new RateLimiter();
  readonly faults = new FaultBoard();
  readonly log = new RequestLog();
  readonly tokens: TokenBook;
  private readonly collections = new Map<string, Collection>();
  private readonly journal: Journal | null;
  private settings: state.Settings;

  constructor(
    private readonly platform: Platform,
    readonly id: string,
    { path, claimToken }: { path: string | null; claimToken: (token: string) => void },
  ) {
    this.tokens = new TokenBook(claimToken);
    for (const resource of platform.resources) this.collections.set(resource, new Collection());
    this.settings = this.freshSettings({});
    const readBytes = path !== null && existsSync(path) ? this.readBack(path) : 0;
    this.journal = path === null ? null : new Journal(path);
    if (readBytes > 2 * this.weight() + 1_000_000) this.rewrite();
  }

  get account(): state.Settings['account'] {
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

  /** Begins anew with the seed's records; tokens stay, all cursors die. */
  reset({ counts, options }: { counts: SeedCounts; options: TenantOptions }): void {
    this.settings = this.freshSettings(options);
    this.limiter.setLimits(this.settings.limits);
    this.limiter.restore([]);
    this.clock.offsetMs = 0;
    this.faults.clear();
    this.log.clear();
    for (const resource of this.platform.resources)
      this.collections.set(resource, new Collection());
    const seed = this.platform.seed({ tenantId: this.id, counts, nowMs: this.clock.nowMs() });
    for (const { resource, record } of seed) {
      const { id, fields, createdMs, updatedMs } = record;
      const text = JSON.stringify(stamped({ id, ...fields }, createdMs, updatedMs));
      this.mustFind(resource).put(id, updatedMs, text);
    }
    this.rewrite();
  }

  setLimits(limits: Limits): void {
    this.limiter.setLimits(limits);
    this.saveSettings({ limits });
  }

  setOffset(offsetMs: number): void {
    this.clock.offsetMs = offsetMs;
    this.saveSettings({ offsetMs });
  }

  cursorEpoch(resource: string): string {
    return this.settings.cursorEpochs[resource] ?? '';
  }

  expireCursors(resource: string): void {
    const cursorEpochs = { ...this.settings.cursorEpochs, [resource]: newEpoch() };
    this.saveSettings({ cursorEpochs });
  }

  /**
   * Creates or replaces a record. Its times are the platform's clock, unless `keepTimestamps` and
   * the record brings its own.
   */
  putRecord(resource: string, fields: JsonRecord, keepTimestamps = false): JsonRecord {
    const collection = this.mustFind(resource);
    const id = typeof fields.id === 'string' ? fields.id : this.freshId(resource, collection);
    const known = collection.get(id);
    const nowIso = this.clock.nowIso();
    const createdBefore = known === undefined ? nowIso : parseJsonRecord(known.text).created_at;
    const times = keepTimestamps
      ? { created_at: fields.created_at ?? createdBefore, updated_at: fields.updated_at ?? nowIso }
      : { created_at: createdBefore, updated_at: nowIso };
    const { created_at, updated_at, ...rest } = fields;
    const record = { id, ...rest, ...times };
    this.store(resource, id, record);
    return record;
  }

  /** Changes the named fields of a record; null where there is no such record. */
  patchRecord(
    resource: string,
    id: string,
    fields: JsonRecord,
    keepTimestamps = false,
  ): JsonRecord | null {
    const known = this.mustFind(resource).get(id);
    if (known === undefined) return null;
    const before = parseJsonRecord(known.text);
    const times = keepTimestamps
      ? {}
      : { created_at: before.created_at, updated_at: this.clock.nowIso() };
    const record = {
      ...before,
      ...(keepTimestamps ? { updated_at: this.clock.nowIso() } : {}),
      ...fields,
      id,
      ...times,
    };
    this.store(resource, id, record);
    return record;
  }

  deleteRecord(resource: string, id: string): boolean {
    const isGone = this.mustFind(resource).delete(id);
    if (isGone) this.journal?.append(`D\t${resource}\t${JSON.stringify(id)}`);
    return isGone;
  }

  logRequest(request: Omit<LoggedRequest, 'seq'>): void {
    this.journal?.append(`Q${JSON.stringify(this.log.add(request))}`);
  }

  saveFaults(): void {
    this.journal?.append(`F${JSON.stringify(this.faults.list())}`);
  }

  saveTokens(): void {
    this.journal?.append(`T${JSON.stringify(this.tokens.list())}`);
  }

  /** Makes sure that what was changed outlives a kill; to be called before a change is confirmed. */
  commit(): void {
    if (this.journal === null) return;
    this.journal.flush();
    const { addedBytes } = this.journal;
    if (addedBytes > REWRITE_AFTER_BYTES && addedBytes > this.weight()) this.rewrite();
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

  private freshSettings(options: TenantOptions): state.Settings {
    const cursorEpochs: { [resource: string]: string } = {};
    for (const resource of this.platform.resources) cursorEpochs[resource] = newEpoch();
    return {
      tenantId: this.id,
      account: this.platform.account(this.id),
      limits: options.limits ?? {},
      pageSize: options.pageSize ?? null,
      latencyMs: options.latencyMs ?? 0,
      offsetMs: 0,
      cursorEpochs,
    };
  }

  private saveSettings(change: Partial<state.Settings>): void {
    this.settings = { ...this.settings, ...change };
    this.journal?.append(`S${JSON.stringify(this.settings)}`);
  }

  private store(resource: string, id: string, record: JsonRecord): void {
    // A person may keep a time that is no time; such a row counts as changed now.
    const ownMs = typeof record.updated_at === 'string' ? Date.parse(record.updated_at) : NaN;
    const updatedMs = Number.isNaN(ownMs) ? this.clock.nowMs() : ownMs;
    const row = this.mustFind(resource).put(id, updatedMs, JSON.stringify(record));
    this.journal?.append(rowLine(resource, row));
  }

  private weight(): number {
    let bytes = 0;
    for (const collection of this.collections.values()) {
      for (const row of collection) bytes += row.text.length + 60;
    }
    return bytes;
  }

  private rewrite(): void {
    this.journal?.rewrite(this.lines());
  }

  private *lines(): Generator<string> {
    yield `S${JSON.stringify(this.settings)}`;
    yield `T${JSON.stringify(this.tokens.list())}`;
    yield `F${JSON.stringify(this.faults.list())}`;
    const keys: { [resource: string]: number } = {};
    for (const [resource, collection] of this.collections) keys[resource] = collection.nextKey - 1;
    yield `K${JSON.stringify(keys)}`;
    const { entries, totals, lastSeq } = this.log.snapshot();
    yield `L${JSON.stringify({ ...totals, lastSeq })}`;
    for (const entry of entries) yield `q${JSON.stringify(entry)}`;
    for (const [resource, collection] of this.collections) {
      for (const row of collection) yield rowLine(resource, row);
    }
  }

  private readBack(path: string): number {
    const bytes = readJournal(path, (line) => this.replay(line));
    const sinceMs = Date.now() - DAY_MS;
    const counted = this.log.snapshot().entries.filter((entry) => entry.counted);
    const arrivals = counted.map((entry) => Date.parse(entry.at)).filter((at) => at > sinceMs);
    this.limiter.restore(arrivals.sort((a, b) => a - b));
    return bytes;
  }

  private replay(line: string): void {
    const kind = line[0];
    if (kind === 'R') return this.replayRow(line);
    if (kind === 'D') {
      const [, resource = '', idText = '""'] = line.split('\t');
      this.collections.get(resource)?.delete(String(JSON.parse(idText)));
      return;
    }
    const body: unknown = JSON.parse(line.slice(1));
    if (kind === 'Q') this.log.add(state.requestSchema.parse(body));
    else if (kind === 'q') this.log.keep(state.requestSchema.parse(body));
    else if (kind === 'F') this.faults.restore(state.faultsSchema.parse(body));
    else if (kind === 'T') this.tokens.restore(state.tokensSchema.parse(body));
    else if (kind === 'S') this.replaySettings(state.settingsSchema.parse(body));
    else if (kind === 'L') this.replayTotals(state.totalsSchema.parse(body));
    else if (kind === 'K') {
      for (const [resource, key] of Object.entries(state.keysSchema.parse(body))) {
        this.collections.get(resource)?.reserveKeysTo(key);
      }
    }
  }

  private replayRow(line: string): void {
    const fields = line.split('\t');
    const [, resource = '', key = '', updatedMs = '', idText = '""', text = '{}'] = fields;
    const id = String(JSON.parse(idText));
    this.collections.get(resource)?.put(id, Number(updatedMs), text, Number(key));
  }

  private replaySettings(settings: state.Settings): void {
    this.settings = settings;
    this.limiter.setLimits(settings.limits);
    this.clock.offsetMs = settings.offsetMs;
  }

  private replayTotals({ lastSeq, ...totals }: ReturnType<typeof state.totalsSchema.parse>): void {
    this.log.setTotals(totals, lastSeq);
  }
}

function newEpoch(): string {
  return randomBytes(6).toString('hex');
}

/** JSON text holds no raw tab and no line break, so that both can part the fields of a line. */
function rowLine(resource: string, row: Row): string {
  return `R\t${resource}\t${row.key}\t${row.updatedMs}\t${JSON.stringify(row.id)}\t${row.text}`;
}

function stamped(record: JsonRecord, createdMs: number, updatedMs: number): JsonRecord {
  return {
    ...record,
    created_at: new Date(createdMs).toISOString(),
    updated_at: new Date(updatedMs).toISOString(),
  };
}
