import type { Cursor } from '../connectors/contract';
import { type FetchedPage, fetchPage } from '../connectors/engine/pages';
import { CHUNK_MS, YIELD_TO_TICK_MS } from '../core/backoff';
import { goesRound } from '../core/endless';
import { phaseAfterListing, type SweepFacts } from '../core/pull';
import type { Checkpoint } from '../store/begin';
import type { EmptyPages } from '../store/end-pull';
import { listingFacts } from '../store/listing-facts';
import type { Page, PageStored } from '../store/page';
import { type Chunk, reach } from './chunk';
import { asOne, type MappedColumns, mappedPage } from './mapped-page';
import { FencedError } from './platform-calls';
import { ReadAhead } from './read-ahead';
import { storeSafely } from './store-safely';

/** Pages between two looks at whether the listing gets anywhere. */
const LOOK_EVERY_PAGES = 25;
/** Pages are gathered up to so many records for one statement, each of which waits for its commit; larger ones cost more. */
const STATEMENT_RECORDS = 2_000;

/** The listing shows the same again and again: it has no end. */
export class EndlessListingError extends Error {}

/** Where a listing stands between two pages. */
export interface ListingState {
  cursor: Cursor | null;
  page: number;
  firstDate: Date | null;
  phase: 'listing' | 'relisting';
  unreadableIds: boolean;
  /** Its last pages, where they held nothing and the pull ends with them: they are counted when it does. */
  emptyEnd: EmptyPages | null;
}

/**
 * Reads pages from the state's cursor to the platform's end marker and stores them; the next ones are fetched and mapped
 * while the last are stored. Moves `state` on with whatever is stored. Answers `end`, or `hand-back` when something more
 * urgent waits or the chunk's time is up. Throws `PlatformError` (what is stored stays), `FencedError`,
 * `EndlessListingError`.
 */
export async function readListing(
  chunk: Chunk,
  state: ListingState,
  onStored: () => void,
): Promise<'end' | 'hand-back'> {
  const steps = {
    fetch: (cursor: Cursor | null) => fetchTimed(chunk, cursor),
    prepare: (page: TimedPage) => prepared(chunk, page),
  };
  const ahead = new ReadAhead(steps, { from: state.cursor, most: STATEMENT_RECORDS });
  try {
    for (;;) {
      const pages = await ahead.take();
      const last = pages.at(-1);
      if (last === undefined) return 'hand-back';
      if (isOutOfTime(chunk)) ahead.stop();
      if (last.next === null && hasNothingToStore(chunk, state, pages)) {
        state.emptyEnd = { pages: pages.length, firstDate: firstDate(state, pages) };
        return 'end';
      }
      const before = state.page;
      const stored = await storeListed(chunk, state, pages);
      onStored();
      if (last.next === null) return 'end';
      if (isTimeToLook(before, state.page)) await assertEnds(chunk);
      // What has been asked for is paid for: it is stored before handing back.
      if (mustYield(chunk, stored)) ahead.stop();
    }
  } finally {
    ahead.stop();
  }
}

/** Whether a listing's last pages hold nothing, and end their pull: most ticks have one such page and no other. */
function hasNothingToStore(
  chunk: Chunk,
  state: ListingState,
  pages: readonly ListedPage[],
): boolean {
  const isEmpty = pages.every((page) => page.size === 0);
  return isEmpty && phaseAfter(chunk, state) === 'end';
}

function firstDate(state: ListingState, pages: readonly ListedPage[]): Date | null {
  return state.firstDate ?? pages[0]?.at ?? null;
}

function isTimeToLook(before: number, now: number): boolean {
  return Math.floor(before / LOOK_EVERY_PAGES) < Math.floor(now / LOOK_EVERY_PAGES);
}

async function assertEnds(chunk: Chunk): Promise<void> {
  const facts = await listingFacts(chunk.deps.db, chunk.pull);
  if (!goesRound(facts)) return;
  throw new EndlessListingError(
    `The platform's listing goes round: in ${facts.pages} pages it has shown the same records again and again.`,
  );
}

/** A page with the earlier of the platform's clock and ours at its own answer: never ahead of either. */
type TimedPage = FetchedPage & { readonly at: Date };

async function fetchTimed(chunk: Chunk, cursor: Cursor | null): Promise<TimedPage> {
  const { since } = chunk.pull.window;
  let sentAt: Date | null = null;
  const fetched = await fetchPage(
    chunk.stream,
    async (request) => {
      const answer = await chunk.calls.send(request);
      sentAt ??= chunk.calls.lastSentAt();
      return answer;
    },
    { since, cursor },
  );
  await reach(chunk, 'after-fetch');
  return { ...fetched, at: earlier(fetched.date, sentAt ?? chunk.pull.startedAt) };
}

/** A page as it is to be stored. */
interface ListedPage extends MappedColumns {
  /** How many items the platform sent. */
  readonly size: number;
  readonly next: Cursor | null;
  readonly at: Date;
}

async function prepared(chunk: Chunk, { items, next, at }: TimedPage): Promise<ListedPage> {
  return { ...(await mappedPage(chunk.stream, items)), size: items.length, next, at };
}

/** Stores pages that follow each other, by one statement. */
async function storeListed(
  chunk: Chunk,
  state: ListingState,
  pages: readonly ListedPage[],
): Promise<NonNullable<PageStored>> {
  const { columns, quarantined, repeated } = asOne(pages);
  const next = pages.at(-1)?.next ?? null;
  const unreadableIds = quarantined.some((reject) => reject.platformId === null);
  const page: Page = {
    columns,
    rejects: quarantined,
    repeated,
    gone: [],
    next:
      next === null ? afterListing(chunk, state, { unreadableIds }) : checkpoint(state.phase, next),
    listed: { from: state.page, pages: pages.length },
    firstDate: firstDate(state, pages),
    connectorVersion: chunk.connector.version,
    unreadableIds,
  };
  const from = checkpoint(state.phase, state.cursor);
  await reach(chunk, 'before-page-stored');
  const stored = await storeSafely(chunk.deps.db, chunk.pull, page, from);
  if (stored === null) throw new FencedError();
  await reach(chunk, 'after-page-stored');
  state.cursor = next;
  state.page += pages.length;
  state.firstDate = page.firstDate;
  state.unreadableIds ||= unreadableIds;
  // After the last page nothing long follows: a tick, which has one page, would pay a request to Temporal for nothing.
  if (next !== null) {
    chunk.run.heartbeat({ phase: state.phase, page: state.page, records: columns.ids.length });
  }
  return stored;
}

/** What comes after the last page: a sweep where the pull has one, asked by id where the platform can be. */
function afterListing(
  chunk: Chunk,
  state: ListingState,
  page: { unreadableIds: boolean },
): Checkpoint {
  const unreadableIds = state.unreadableIds || page.unreadableIds;
  switch (phaseAfter(chunk, { phase: state.phase, unreadableIds })) {
    case 'end':
      return checkpoint(state.phase, null);
    case 'relisting':
      return checkpoint('relisting', null);
    case 'confirming':
      return { phase: 'confirming', cursor: null, sweepAfter: '' };
  }
}

/** Which phase follows a listing of this pull. */
export function phaseAfter(
  chunk: Chunk,
  listing: Pick<ListingState, 'phase' | 'unreadableIds'>,
): ReturnType<typeof phaseAfterListing> {
  return phaseAfterListing(listing.phase, chunk.pull.window.sweep, sweepFacts(chunk, listing));
}

/** What decides how a pull's sweep goes. */
export function sweepFacts(chunk: Chunk, listing: { unreadableIds: boolean }): SweepFacts {
  return { byIds: chunk.stream.byIds !== undefined, unreadableIds: listing.unreadableIds };
}

function checkpoint(phase: 'listing' | 'relisting', cursor: Cursor | null): Checkpoint {
  return { phase, cursor, sweepAfter: null };
}

function mustYield(chunk: Chunk, stored: NonNullable<PageStored>): boolean {
  if (stored.interactiveWaits) return true;
  return stored.otherWaits && Date.now() - chunk.startedAt >= YIELD_TO_TICK_MS;
}

function earlier(platform: Date | null, ours: Date): Date {
  return platform !== null && platform < ours ? platform : ours;
}

export function isOutOfTime(chunk: Chunk): boolean {
  return Date.now() - chunk.startedAt >= CHUNK_MS || chunk.deps.isStopping();
}
