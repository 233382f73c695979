import fc from 'fast-check';
import { columnsOf, joinColumns, type PageRecord, recordsOf } from './page-columns';

const record: fc.Arbitrary<PageRecord> = fc.record({
  platformId: fc.string({ minLength: 1, unit: 'binary' }),
  hash: fc.string({ unit: fc.constantFrom('0', 'a', 'f') }),
  rawHash: fc.string({ unit: fc.constantFrom('0', 'a', 'f') }),
  platformUpdatedAt: fc.option(fc.date({ noInvalidDate: true })),
  dataJson: fc.json(),
  rawJson: fc.json(),
});

describe('columns of a page', () => {
  it('of several pages together are those of one that holds all their records', () => {
    fc.assert(
      fc.property(fc.array(fc.array(record, { maxLength: 4 }), { maxLength: 4 }), (pages) => {
        expect(joinColumns(pages.map(columnsOf))).toEqual(columnsOf(pages.flat()));
      }),
    );
  });

  it('gives the records again, ids of any characters too', () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        expect(recordsOf(columnsOf(records))).toEqual(records);
      }),
    );
  });

  it('leaves what is not known empty, and splits into as many parts as there are records', () => {
    const at = new Date('2026-03-01T10:00:00.500Z');
    const some = { platformId: 'a', hash: 'h', rawHash: 'r', dataJson: '{}', rawJson: '{}' };
    const columns = columnsOf([
      { ...some, platformUpdatedAt: null },
      { ...some, platformUpdatedAt: at },
      { ...some, platformUpdatedAt: null },
    ]);
    expect(columns.updatedAt.toString()).toBe(`\u001e${at.toISOString()}\u001e`);
  });
});
