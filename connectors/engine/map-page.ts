import { setImmediate as othersTurn } from 'node:timers/promises';
import { hashCanonical, sha256 } from '../../core/record-hash';
import { canonicalRecord, MappingError } from '../../core/unified/parse';
import { cleanText } from '../../core/unified/values';
import type { Stream } from '../contract';
import { MAX_LEVELS, rawJson } from './raw-json';

/**
 * A record ready for the store. `dataJson` and `rawJson` are JSON texts, canonical and as the platform sent it: both
 * were written for their hashes already, and go to the database as they are.
 */
export interface MappedRecord {
  readonly platformId: string;
  /** Decides whether the record changed. */
  readonly hash: string;
  readonly dataJson: string;
  readonly rawJson: string;
  readonly rawHash: string;
  readonly platformUpdatedAt: Date | null;
}

/** A record that could not be mapped. Without an id it is known by its raw hash. */
export interface QuarantinedRecord {
  readonly platformId: string | null;
  readonly rawHash: string;
  readonly rawJson: string;
  readonly platformUpdatedAt: Date | null;
  /** The field at fault; empty when it is the record as a whole. */
  readonly path: string;
  /** Safe to show: what was expected, never what was there. */
  readonly reason: string;
}

/** Every item of the pages it came from is in exactly one of the three. */
export interface MappedPage {
  readonly records: readonly MappedRecord[];
  readonly quarantined: readonly QuarantinedRecord[];
  /** Items dropped because the same record came again. */
  readonly repeated: number;
}

/** Ids go into an index: PostgreSQL refuses entries of more than some 2,700 bytes. */
const MAX_ID_LENGTH = 600;

function readId(stream: Stream, item: unknown): string | null {
  try {
    const id = stream.id(item);
    if (id === null || id === '' || id.length > MAX_ID_LENGTH) return null;
    // A cleaned id would be another one: the platform would not know it, and its record would be taken for gone.
    return cleanText(id) === id ? id : null;
  } catch {
    return null;
  }
}

function readUpdatedAt(stream: Stream, item: unknown): Date | null {
  try {
    const at = stream.updatedAt(item);
    return at === null || Number.isNaN(at.getTime()) ? null : at;
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): { path: string; reason: string } {
  if (error instanceof MappingError) {
    return { path: error.path, reason: `expected ${error.expected}` };
  }
  // A mapper that stumbles over one record must not stop the stream: the record is set apart, its name kept.
  return { path: '', reason: `mapper failed (${error instanceof Error ? error.name : 'unknown'})` };
}

function mapItem(stream: Stream, item: unknown): MappedRecord | QuarantinedRecord {
  const platformId = readId(stream, item);
  const raw = rawJson(item);
  const rawHash = sha256(raw.json);
  const platformUpdatedAt = readUpdatedAt(stream, item);
  const reject = (path: string, reason: string): QuarantinedRecord => ({
    platformId,
    rawHash,
    rawJson: raw.json,
    platformUpdatedAt,
    path,
    reason,
  });
  if (platformId === null) return reject('id', 'expected a platform id');
  if (!raw.isWhole) return reject('', `expected at most ${MAX_LEVELS} levels`);
  try {
    const { hash, text } = hashCanonical(canonicalRecord(stream.dataModel, stream.map(item)));
    return { platformId, hash, dataJson: text, rawJson: raw.json, rawHash, platformUpdatedAt };
  } catch (error) {
    const { path, reason } = reasonOf(error);
    return reject(path, reason);
  }
}

type Mapped = MappedRecord | QuarantinedRecord;

function isNewer(candidate: Mapped, kept: Mapped): boolean {
  if (candidate.platformUpdatedAt === null || kept.platformUpdatedAt === null) return true;
  return candidate.platformUpdatedAt >= kept.platformUpdatedAt;
}

/** What items are told apart by. No id holds a NUL, so none can be taken for the hash of a record without one. */
export function keyOf(item: Pick<Mapped, 'platformId' | 'rawHash'>): string {
  return item.platformId ?? `\0${item.rawHash}`;
}

function merge(items: readonly Mapped[], repeatedBefore: number): MappedPage {
  const kept = new Map<string, Mapped>();
  for (const item of items) {
    const key = keyOf(item);
    const before = kept.get(key);
    if (before === undefined || isNewer(item, before)) kept.set(key, item);
  }
  const records: MappedRecord[] = [];
  const quarantined: QuarantinedRecord[] = [];
  for (const item of kept.values()) {
    if (isRejected(item)) quarantined.push(item);
    else records.push(item);
  }
  return { records, quarantined, repeated: repeatedBefore + items.length - kept.size };
}

function isRejected(item: Mapped): item is QuarantinedRecord {
  return 'reason' in item;
}

/**
 * Maps a page's items. Never throws for an item: what cannot be mapped is quarantined. Of several with one id the
 * newest stays (by the platform's own time, else the last): one statement cannot write a row twice.
 */
export function mapItems(stream: Stream, items: readonly unknown[]): MappedPage {
  return merge(
    items.map((item) => mapItem(stream, item)),
    0,
  );
}

/** Records between two turns of others: half a millisecond of mapping. */
const TURN_RECORDS = 10;

/** As `mapItems`, and lets others have their turn in between: a large page is half a hundred milliseconds of work. */
export async function mapPage(stream: Stream, items: readonly unknown[]): Promise<MappedPage> {
  const mapped: Mapped[] = [];
  for (const item of items) {
    if (mapped.length > 0 && mapped.length % TURN_RECORDS === 0) await othersTurn();
    mapped.push(mapItem(stream, item));
  }
  return merge(mapped, 0);
}

/** Several pages, oldest first, as one. */
export function mergeRepeats(pages: readonly MappedPage[]): MappedPage {
  const [only] = pages;
  if (only !== undefined && pages.length === 1) return only;
  return merge(
    // Within one page each id stands once, so only the order of the pages matters.
    pages.flatMap((page): Mapped[] => [...page.records, ...page.quarantined]),
    pages.reduce((sum, page) => sum + page.repeated, 0),
  );
}
