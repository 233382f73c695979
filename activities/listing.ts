import type { Cursor } from '../connectors/contract';
import { mapItems } from '../connectors/engine/map-page';
import { type FetchedPage, fetchPage } from '../connectors/engine/pages';
import { CHUNK_MS, YIELD_TO_TICK_MS } from '../core/backoff';
import { goesRound } from '../core/endless';
import { phaseAfterListing, type SweepFacts } from '../core/pull';
import type { Checkpoint } from '../store/begin';
import { listingFacts } from '../store/listing-facts';
import type { Page, PageStored } from '../store/page';
import { type Chunk, reach } from './chunk';
import { FencedError } from './platform-calls';
import { storeSafely } from './store-safely';

/** Pages between two looks at whether the listing gets anywhere. */
const LOOK_EVERY_PAGES = 25;

/** The listing shows the same again and again: it has no end. */
export class EndlessListingError extends Error {}

/** Where a listing stands between two pages. */
export interface ListingState {
  cursor: Cursor | null;
  page: number;
  firstDate: Date | null;
  phase: 'listing' | 'relisting';
  unreadableIds: boolean;
}

/**
 * Reads pages from the state's cursor to the platform's end marker, storing each; the next one is fetched while the
 * last is mapped and stored. Moves `state` on with every stored page. Answers `end`, or `hand-back` when something
 * more urgent waits or the chunk's time is up. Throws `PlatformError` (what is stored stays), `FencedError`,
 * `EndlessListingError`.
 */
export async function readListing(
  chunk: Chunk,
  state: ListingState,
  onStored: () => void,
): Promise<'end' | 'hand-back'> {
  let fetching: Promise<TimedPage> | null = fetchNext(chunk, state.cursor);
  while (fetching !== null) {
    const page: TimedPage = await fetching;
    await reach(chunk, 'after-fetch');
    const mustStop = isOutOfTime(chunk);
    fetching = page.next === null || mustStop ? null : fetchNext(chunk, page.next);
    // Read when its turn comes; a failure before that must not count as unhandled.
    fetching?.catch(() => undefined);
    const stored = await storeListed(chunk, state, page);
    onStored();
    if (page.next === null) return 'end';
    if (state.page % LOOK_EVERY_PAGES === 0) await assertEnds(chunk);
    if (fetching === null) return 'hand-back';
    if (mustYield(chunk, stored)) {
      // The next page is already paid for: it is stored before handing back.
      const last = await fetching;
      await storeListed(chunk, state, last);
      onStored();
      return last.next === null ? 'end' : 'hand-back';
    }
  }
  return 'hand-back';
}

async function assertEnds(chunk: Chunk): Promise<void> {
  const facts = await listingFacts(chunk.deps.db, chunk.pull);
  if (!goesRound(facts)) return;
  throw new EndlessListingError(
    `The platform's listing goes round: in ${facts.pages} pages it has shown the same records again and again.`,
  );
}

type TimedPage = FetchedPage & { readonly sentAt: Date };

async function fetchNext(chunk: Chunk, cursor: Cursor | null): Promise<TimedPage> {
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
  return { ...fetched, sentAt: sentAt ?? chunk.pull.startedAt };
}

async function storeListed(
  chunk: Chunk,
  state: ListingState,
  fetched: TimedPage,
): Promise<NonNullable<PageStored>> {
  const mapped = mapItems(chunk.stream, fetched.items);
  const unreadableIds = mapped.quarantined.some((reject) => reject.platformId === null);
  const isEnd = fetched.next === null;
  const page: Page = {
    records: mapped.records,
    rejects: mapped.quarantined,
    repeated: mapped.repeated,
    gone: [],
    next: isEnd
      ? afterListing(chunk, state, { unreadableIds })
      : checkpoint(state.phase, fetched.next),
    listingPage: state.page + 1,
    firstDate: state.firstDate ?? earlier(fetched.date, fetched.sentAt),
    connectorVersion: chunk.connector.version,
    unreadableIds,
  };
  const from = checkpoint(state.phase, state.cursor);
  await reach(chunk, 'before-page-stored');
  const stored = await storeSafely(chunk.deps.db, chunk.pull, page, from);
  if (stored === null) throw new FencedError();
  await reach(chunk, 'after-page-stored');
  state.cursor = fetched.next;
  state.page += 1;
  state.firstDate = page.firstDate;
  state.unreadableIds ||= unreadableIds;
  chunk.run.heartbeat({ phase: state.phase, page: state.page, records: mapped.records.length });
  return stored;
}

/** What comes after the last page: a sweep where the pull has one, asked by id where the platform can be. */
function afterListing(
  chunk: Chunk,
  state: ListingState,
  page: { unreadableIds: boolean },
): Checkpoint {
  const facts = sweepFacts(chunk, {
    unreadableIds: state.unreadableIds || page.unreadableIds,
  });
  switch (phaseAfterListing(state.phase, chunk.pull.window.sweep, facts)) {
    case 'end':
      return checkpoint(state.phase, null);
    case 'relisting':
      return checkpoint('relisting', null);
    case 'confirming':
      return { phase: 'confirming', cursor: null, sweepAfter: '' };
  }
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

/** The watermark's candidate: never ahead of either clock. */
function earlier(platform: Date | null, ours: Date): Date {
  return platform !== null && platform < ours ? platform : ours;
}

export function isOutOfTime(chunk: Chunk): boolean {
  return Date.now() - chunk.startedAt >= CHUNK_MS || chunk.deps.isStopping();
}
