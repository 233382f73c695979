import type { Page, Row } from './collection';
import type { CursorPlace } from './cursor';
import { createRandom, seedOf } from './random';
import type { Tenant } from './tenant';

/** What is needed to know of the request. */
type OfResource = { readonly resource: string };

/**
 * The page of a listing whose order changes under the reader: its rows come in another order, and
 * about a quarter of them (at least one) have moved to where the reader has been already, so that
 * this listing never shows them. Rows of earlier pages come again in their place.
 */
export function shuffled(
  tenant: Tenant,
  { request, place, page }: { request: OfResource; place: CursorPlace; page: Page },
): Row[] {
  const random = createRandom(seedOf(`${request.resource}/${place.after}/${page.last}`));
  const order = shuffle(page.rows, random.between);
  const missed = Math.max(1, Math.floor(order.length / 4));
  const earlier = rowsBefore(tenant, { request, place, limit: missed });
  return shuffle([...order.slice(missed), ...earlier], random.between);
}

function rowsBefore(
  tenant: Tenant,
  { request, place, limit }: { request: OfResource; place: CursorPlace; limit: number },
): Row[] {
  const first = tenant
    .collection(request.resource)
    ?.page({ after: 0, limit, sinceMs: place.since });
  return (first?.rows ?? []).filter((row) => row.key <= place.after);
}

function shuffle(rows: readonly Row[], between: (min: number, max: number) => number): Row[] {
  const order = [...rows];
  for (let index = order.length - 1; index > 0; index -= 1) {
    const other = between(0, index);
    const [here, there] = [order[index], order[other]];
    if (here === undefined || there === undefined) continue;
    order[index] = there;
    order[other] = here;
  }
  return order;
}
