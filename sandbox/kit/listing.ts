import { Refusal } from './answer';
import type { Page, PageQuery } from './collection';
import { type CursorPlace, readCursor, writeCursor } from './cursor';
import type { Fault, FaultKind } from './faults';
import { parseJsonRecord } from './json';
import type { Platform } from './platform';
import { shuffled } from './shuffle';
import type { Tenant } from './tenant';

export interface ListingRequest {
  resource: string;
  limit: number;
  cursor: string | null;
  sinceMs: number | null;
}

/** A page as JSON text, and where the listing goes on (null: it ends here). */
export interface ListingPage {
  texts: string[];
  nextCursor: string | null;
}

/** Whether a fault of pages can strike this request: there must be something for it to spoil. */
export function suitsListing(tenant: Tenant, request: ListingRequest, kind: FaultKind): boolean {
  if (kind === 'expire_cursor') return request.cursor !== null;
  const place = placeOf(tenant, request);
  if (place === null) return false;
  // A page that a fault has put off or repeated comes right the second time, or no listing would end.
  if (kind === 'empty_page' || kind === 'duplicate_page') {
    if (place.again) return false;
    if (kind === 'empty_page') return true;
  }
  return pageAt(tenant, request, place).rows.length > 0;
}

/** Cuts the page asked for, spoilt by `fault` where there is one. Throws `Refusal` 410 for a dead cursor. */
export function listPage(
  { tenant, platform }: { tenant: Tenant; platform: Platform },
  request: ListingRequest,
  fault: Fault | null,
): ListingPage {
  if (fault?.kind === 'expire_cursor') tenant.expireCursors(request.resource);
  const place = placeOf(tenant, request);
  if (place === null) throw new Refusal(410, { error: 'cursor_expired' });
  if (fault?.kind === 'empty_page') {
    return { texts: [], nextCursor: writeCursor({ ...place, again: true }) };
  }
  const page = pageAt(tenant, request, place);
  const rows = fault?.kind === 'shuffle' ? shuffled(tenant, { request, place, page }) : page.rows;
  const texts = rows.map((row) => row.text);
  if (fault?.kind === 'malformed_record') {
    spoil(texts, platform.malformedField(request.resource));
  }
  if (fault?.kind === 'duplicate_page') {
    return { texts, nextCursor: writeCursor({ ...place, again: true }) };
  }
  const next = { ...place, after: page.last, again: false };
  return { texts, nextCursor: page.hasMore ? writeCursor(next) : null };
}

function placeOf(
  tenant: Tenant,
  { resource, cursor, sinceMs }: ListingRequest,
): CursorPlace | null {
  const epoch = tenant.cursorEpoch(resource);
  if (cursor === null) return { resource, after: 0, since: sinceMs, epoch, again: false };
  const place = readCursor(cursor);
  return place?.resource === resource && place.epoch === epoch ? place : null;
}

function pageAt(tenant: Tenant, request: ListingRequest, place: CursorPlace): Page {
  const query: PageQuery = { after: place.after, limit: request.limit, sinceMs: place.since };
  return tenant.collection(request.resource)?.page(query) ?? { rows: [], last: 0, hasMore: false };
}

/** Puts something impossible into the middle record; its id stays readable. */
function spoil(texts: string[], field: string): void {
  const middle = Math.floor(texts.length / 2);
  const text = texts[middle];
  if (text === undefined) return;
  texts[middle] = JSON.stringify({ ...parseJsonRecord(text), [field]: { oops: true } });
}
