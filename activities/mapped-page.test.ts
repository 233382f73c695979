import fc from 'fast-check';
import type { Stream } from '../connectors/contract';
import { mapItems, mergeRepeats } from '../connectors/engine/map-page';
import { rootfiSandbox } from '../connectors/rootfi-sandbox/connector';
import { recordsOf } from '../store/page-columns';
import { asOne, inColumns, type MappedColumns, mappedPage } from './mapped-page';

const stream = invoices();

function invoices(): Stream {
  const found = rootfiSandbox.streams.INVOICES;
  if (found === undefined) throw new Error('The sandbox has no invoices');
  return found;
}

/** Few ids and times, so that they come again; some records fit no model, and some have no id. */
const item = fc.record(
  {
    id: fc.constantFrom('a', 'b', 'c', 'd', '\u001e'),
    memo: fc.string(),
    total_amount: fc.oneof(fc.integer(), fc.constant('no number')),
    updated_at: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'),
  },
  { requiredKeys: [] },
);
const pages = fc.array(fc.array(item, { maxLength: 4 }), { minLength: 1, maxLength: 4 });

/** Which row comes first is nobody's concern. */
function inOrder({ columns, quarantined, repeated }: MappedColumns) {
  return {
    records: sortBy(recordsOf(columns), ({ platformId }) => platformId),
    quarantined: sortBy(quarantined, ({ rawHash }) => rawHash),
    repeated,
  };
}

function sortBy<T>(list: readonly T[], key: (item: T) => string): T[] {
  return [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

describe('pages stored together', () => {
  it('are what their records and rejects merge to, whatever comes again on them', () => {
    fc.assert(
      fc.property(pages, (given) => {
        const mapped = given.map((items) => mapItems(stream, items));
        const together = asOne(mapped.map(inColumns));
        const merged = inColumns(mergeRepeats(mapped));
        expect(inOrder(together)).toEqual(inOrder(merged));
      }),
    );
  });
});

it('a page is mapped in turns as it would be at once', async () => {
  const items = Array.from({ length: 25 }, (_, n) => ({ id: `${n % 20}`, memo: `${n}` }));
  expect(await mappedPage(stream, items)).toEqual(inColumns(mapItems(stream, items)));
});
