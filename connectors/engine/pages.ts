import { isDeepStrictEqual } from 'node:util';
import type {
  Cursor,
  PageRequest,
  PlatformAnswer,
  PlatformRequest,
  RelatedRead,
  Send,
  Stream,
} from '../contract';
import { MalformedAnswerError, PlatformError } from './errors';

export interface FetchedPage {
  readonly items: readonly unknown[];
  /** null: the platform said that this was the last page. */
  readonly next: Cursor | null;
  /** The platform's clock when it answered the page itself, before any related read; null where it sends none. */
  readonly date: Date | null;
  /** The page's own answer: what it cost, and what it says of limits. */
  readonly answer: PlatformAnswer;
}

/** A page holds a thousand records or so; one of very many costs more memory than its bytes tell. */
const MAX_ITEMS = 100_000;
/** Related reads of one page, which are kept until the last has come. */
const MAX_RELATED_READS = 1_000;
/** Addresses beyond some 8,000 characters are refused by many servers, headers and all. */
const MAX_QUERY_LENGTH = 4_000;

/** A cursor that leads to itself would be followed for ever. */
function assertMoves(before: Cursor | null, next: Cursor | null): void {
  if (next !== null && isDeepStrictEqual(before, next)) {
    throw new MalformedAnswerError('The platform answered with the same cursor it was asked for');
  }
}

async function readRelated(
  related: RelatedRead,
  send: Send,
  items: readonly unknown[],
): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  let cursor: Cursor | null = null;
  let reads = 0;
  do {
    const request = related.request(items, cursor);
    if (request === null) break;
    if (reads === MAX_RELATED_READS) {
      throw new MalformedAnswerError('The platform gives a list of related records without end');
    }
    const page = related.read((await send(request)).body);
    assertMoves(cursor, page.next);
    for (const item of page.items) found.push(item);
    cursor = page.next;
    reads += 1;
  } while (cursor !== null);
  return reads > 0 ? related.join(items, found) : items;
}

/** Reads one page of a stream and whatever completes its items. Throws `PlatformError`. */
export async function fetchPage(
  stream: Stream,
  send: Send,
  page: PageRequest,
): Promise<FetchedPage> {
  const answer = await send(stream.list(page));
  const { items, next } = stream.read(answer.body, page);
  if (items.length > MAX_ITEMS) {
    const message = `The platform gives more than ${MAX_ITEMS} records in one page`;
    throw new PlatformError('refused', message);
  }
  assertMoves(page.cursor, next);
  let complete = items;
  for (const related of items.length === 0 ? [] : (stream.related ?? [])) {
    complete = await readRelated(related, send, complete);
  }
  return { items: complete, next, date: answer.date, answer };
}

/**
 * Asks for records by id, as many at a time as the platform and an address take: the answer holds those that exist. Related reads
 * are left out: this says who is there, it does not bring what is mapped. Throws `PlatformError`.
 */
export async function fetchByIds(
  stream: Stream,
  send: Send,
  ids: readonly string[],
): Promise<readonly unknown[]> {
  const { byIds } = stream;
  if (byIds === undefined) throw new Error(`Stream ${stream.dataModel} cannot be asked by id`);
  const items: unknown[] = [];
  for (const request of questions(byIds, ids)) {
    for (const item of byIds.read((await send(request)).body)) items.push(item);
  }
  return items;
}

/** Requests that ask for all the ids, none for more than the platform takes or than an address holds. */
function* questions(
  byIds: NonNullable<Stream['byIds']>,
  ids: readonly string[],
): Generator<PlatformRequest> {
  if (ids.length === 0) return;
  const request = ids.length > byIds.max ? null : byIds.request(ids);
  const query = new URLSearchParams(request?.query).toString();
  if (request !== null && (ids.length === 1 || query.length <= MAX_QUERY_LENGTH)) {
    yield request;
    return;
  }
  const first = ids.length > byIds.max ? byIds.max : Math.ceil(ids.length / 2);
  yield* questions(byIds, ids.slice(0, first));
  yield* questions(byIds, ids.slice(first));
}

/**
 * Which of some ids still exist at the platform, for deciding what is gone. An id that cannot be asked for counts as
 * existing. An answer with a row whose id cannot be read is refused, for it could be any of those missing; so is one with
 * a row that was not asked for: a platform that answers another question says nothing of those missing.
 */
export async function findExisting(
  stream: Stream,
  send: Send,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const canAsk = stream.byIds?.canAsk ?? (() => true);
  const existing = new Set(ids.filter((id) => !canAsk(id)));
  const asked = new Set(ids);
  const items = await fetchByIds(
    stream,
    send,
    ids.filter((id) => !existing.has(id)),
  );
  for (const item of items) {
    const id = stream.id(item);
    if (id === null) throw new MalformedAnswerError('A row read by id has no readable id');
    if (!asked.has(id)) {
      throw new MalformedAnswerError('The platform answered with a row that was not asked for');
    }
    existing.add(id);
  }
  return existing;
}
