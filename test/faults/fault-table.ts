import type { JobErrorCode } from '../../core/errors';

/** Rows of a listing's pages while nothing moves at the platform. */
export const PAGE_ROWS = [10, 10, 8] as const;
export const ALL_ROWS = 28;
const FULL_PAGE = 10;

/** Which page's request the fault strikes: 1, 2 or 3. */
export type StruckPage = 1 | 2 | 3;

/** One fault of a platform in mid-listing, and its right end. A new kind of fault is a row more. */
export interface FaultRow {
  readonly name: string;
  readonly fault: Readonly<Record<string, unknown>>;
  /** `SUCCESS`, or why the job fails and what becomes of the connection. */
  readonly ends: 'SUCCESS' | { readonly code: JobErrorCode; readonly status: string };
  /** Records fetched beyond those there are; default none. */
  readonly extra?: (page: StruckPage) => number;
  /** Rows of the struck page that the listing may not show. */
  readonly hides?: true;
  /** The middle row of the struck page comes in a form that cannot be mapped. */
  readonly spoils?: true;
  /** The job waits at least this long for quota. */
  readonly sleepsMs?: number;
  /** The first page cannot be struck: the second is. */
  readonly needsCursor?: true;
}

/** A second-long bound of a call is the stack's; this is beyond it, and beyond any bound a test may set. */
const NEVER_MS = 60_000;

export const FAULTS: readonly FaultRow[] = [
  { name: 'a status 500', fault: { kind: 'status', status: 500 }, ends: 'SUCCESS' },
  { name: 'a status 408', fault: { kind: 'status', status: 408 }, ends: 'SUCCESS' },
  { name: 'a time-out', fault: { kind: 'timeout', ms: NEVER_MS }, ends: 'SUCCESS' },
  { name: 'a reset', fault: { kind: 'reset' }, ends: 'SUCCESS' },
  { name: 'a body that is cut', fault: { kind: 'truncate' }, ends: 'SUCCESS' },
  { name: 'a slow answer', fault: { kind: 'slow', ms: 300 }, ends: 'SUCCESS' },
  {
    name: 'a 503 with Retry-After',
    fault: { kind: 'status', status: 503, retry_after: 3 },
    ends: 'SUCCESS',
    sleepsMs: 2_500,
  },
  {
    name: 'a 429 with Retry-After',
    fault: { kind: 'status', status: 429, retry_after: 3 },
    ends: 'SUCCESS',
    sleepsMs: 2_500,
  },
  { name: 'an empty page', fault: { kind: 'empty_page' }, ends: 'SUCCESS' },
  {
    name: 'a page given twice',
    fault: { kind: 'duplicate_page' },
    ends: 'SUCCESS',
    extra: (page) => PAGE_ROWS[page - 1] ?? 0,
  },
  {
    name: 'a malformed record',
    fault: { kind: 'malformed_record' },
    ends: 'SUCCESS',
    spoils: true,
  },
  {
    name: 'an expired cursor',
    fault: { kind: 'expire_cursor' },
    ends: 'SUCCESS',
    needsCursor: true,
    extra: (page) => (page - 1) * FULL_PAGE,
  },
  {
    name: 'a shuffled page',
    fault: { kind: 'shuffle' },
    ends: 'SUCCESS',
    hides: true,
    // A quarter of the page is not shown; on later pages, rows of earlier ones come in their place.
    extra: (page) => (page === 1 ? -2 : 0),
  },
  { name: 'an expired token', fault: { kind: 'expire_token' }, ends: 'SUCCESS' },
  {
    name: 'a revoked token',
    fault: { kind: 'revoke_token' },
    ends: { code: 'credentials-expired', status: 'EXPIRED' },
  },
  {
    name: 'a status 500 for ever',
    fault: { kind: 'status', status: 500, times: 0 },
    ends: { code: 'platform-unavailable', status: 'HEALTHY' },
  },
];
