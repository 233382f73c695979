import type {
  Connector,
  ConnectorSettings,
  Cursor,
  Secrets,
  Send,
  Stream,
} from '../../connectors/contract';
import { PlatformError } from '../../connectors/engine/errors';
import { type MappedPage, mapItems, mergeRepeats } from '../../connectors/engine/map-page';
import { fetchPage } from '../../connectors/engine/pages';
import type { DataModel, UnifiedRecord } from '../../core/unified/models';

/**
 * A platform that really answers over HTTP. What it can be made to do is up to its subject: steps it does not offer are
 * left out and named in the test's title.
 */
export interface Subject {
  readonly settings: ConnectorSettings;
  readonly credentials: unknown;
  readonly wrongCredentials: unknown;
  /** A stream with more than two pages of records. */
  readonly dataModel: DataModel;
  /** Every record of that stream by id, in unified names, as the platform itself shows them. */
  truth(): Promise<ReadonlyMap<string, UnifiedRecord>>;
  /** A person changes one record (not the first); answers its id. */
  changeOne(): Promise<string>;
  /** A person deletes one record; answers its id. */
  deleteOne(): Promise<string>;
  /** Makes the access of all sessions invalid, not the right to renew it. */
  expireAccess(): Promise<void>;
  /** Strikes once, at the second page of the next listing. */
  readonly faults?: {
    duplicatePage(): Promise<void>;
    emptyPage(): Promise<void>;
    malformedRecord(): Promise<void>;
    expireCursor(): Promise<void>;
    rateLimit(): Promise<void>;
    cutBody(): Promise<void>;
  };
  /** A person consents at the page of this address; answers the address that the browser is sent back to. */
  consent?(authorizeUrl: string): Promise<string>;
  /** Kills the grant: not even renewing helps. */
  revokeGrant?(): Promise<void>;
  /** Creates one record per date text; answers their ids. */
  createWithDates?(dates: readonly string[]): Promise<string[]>;
  stop(): Promise<void>;
}

export interface Session {
  readonly connector: Connector;
  readonly settings: ConnectorSettings;
  secrets: Secrets;
}

/** What the tests of one connector share; each is there from the first test on. */
export interface Given {
  readonly connector: Connector;
  subject(): Subject;
  session(): Session;
  send(): Send;
  stream(): Stream;
}

/** How a call fails; throws where it does not, or not as the platform's answers do. */
export async function kindOf(calling: Promise<unknown>): Promise<PlatformError> {
  const error = await calling.then(
    () => new Error('the call went well'),
    (reason: unknown) => reason,
  );
  if (error instanceof PlatformError) return error;
  throw error;
}

/** Reads a listing to its end, the cursor going through JSON as it does when it is stored. */
export async function readAll(
  stream: Stream,
  send: Send,
  { since = null, cursor = null }: { since?: Date | null; cursor?: Cursor | null } = {},
): Promise<MappedPage> {
  const pages: MappedPage[] = [];
  let place = cursor;
  do {
    const page = await fetchPage(stream, send, { since, cursor: place });
    pages.push(mapItems(stream, page.items));
    place = JSON.parse(JSON.stringify(page.next));
    if (pages.length > 1_000) throw new Error('the listing does not end');
  } while (place !== null);
  return mergeRepeats(pages);
}
