import type { Cursor } from '../connectors/contract';
import { mapItems } from '../connectors/engine/map-page';
import { type FetchedPage, fetchPage } from '../connectors/engine/pages';
import { CHUNK_MS, YIELD_TO_TICK_MS } from '../core/backoff';
import type { Checkpoint } from '../store/begin';
import type { Page, PageStored } from '../store/page';
import { type Chunk, reach } from './chunk';
import { FencedError } from './platform-calls';
import { storeSafely } from './store-safely';

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
 * more urgent waits or the chunk's time is up. Throws `PlatformError` (what is stored stays), `FencedError`.
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
    next: isEnd ? afterListing(chunk, state.phase) : checkpoint(state.phase, fetched.next),
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
function afterListing(chunk: Chunk, phase: 'listing' | 'relisting'): Checkpoint {
  if (!chunk.pull.window.sweep) return checkpoint(phase, null);
  if (phase === 'listing' && chunk.stream.byIds === undefined) return checkpoint('relisting', null);
  return { phase: 'confirming', cursor: null, sweepAfter: '' };
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
