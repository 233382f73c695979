import { MappingError } from '../../core/unified/parse';
import type { Stream } from '../contract';
import { isObject } from './json';
import { type MappedPage, mapItems, mergeRepeats } from './map-page';

const stream: Stream = {
  dataModel: 'INVOICES',
  filtersByChange: true,
  list: () => ({ method: 'GET', path: '/' }),
  read: () => ({ items: [], next: null }),
  id: (item) => (isObject(item) && typeof item.id === 'string' ? item.id : null),
  updatedAt: (item) => (isObject(item) && typeof item.at === 'string' ? new Date(item.at) : null),
  map: (item) => {
    if (!isObject(item)) throw new MappingError('', 'an object');
    if (item.bug === true) throw new TypeError('value that must not show');
    return { memo: item.memo, total_amount: item.total };
  },
};

const ids = (page: MappedPage): string[] => page.records.map(({ platformId }) => platformId);

describe('mapItems', () => {
  it('gives each item its id, hashes, texts and time', () => {
    const { records } = mapItems(stream, [
      { id: '1', memo: 'a', total: '1.50', at: '2026-01-02T03:04:05Z', more: 1 },
    ]);
    expect(records).toEqual([
      {
        platformId: '1',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        dataJson: '{"memo":"a","total_amount":"1.5"}',
        rawJson: '{"id":"1","memo":"a","total":"1.50","at":"2026-01-02T03:04:05Z","more":1}',
        rawHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        platformUpdatedAt: new Date('2026-01-02T03:04:05Z'),
      },
    ]);
  });

  it('hashes what was mapped, so that other changes change the raw hash alone', () => {
    const [before] = mapItems(stream, [{ id: '1', total: 1, x: 1 }]).records;
    const [after] = mapItems(stream, [{ id: '1', total: '1.0', x: 2 }]).records;
    expect(after?.hash).toBe(before?.hash);
    expect(after?.rawHash).not.toBe(before?.rawHash);
  });

  it('quarantines what does not map, with path and reason but never the value, and maps the rest', () => {
    const page = mapItems(stream, [
      { id: '1', total: 'my secret' },
      { id: '2', total: 2 },
      { id: '3', bug: true },
      'no object',
      { total: 1 },
      { id: '' },
      { id: 'a\0' },
      { id: 'x'.repeat(601) },
    ]);
    expect(ids(page)).toEqual(['2']);
    expect(
      page.quarantined.map(({ platformId, path, reason }) => [platformId, path, reason]),
    ).toEqual([
      ['1', 'total_amount', 'expected a number or a decimal text'],
      ['3', '', 'mapper failed (TypeError)'],
      [null, 'id', 'expected a platform id'],
      [null, 'id', 'expected a platform id'],
      [null, 'id', 'expected a platform id'],
      [null, 'id', 'expected a platform id'],
      [null, 'id', 'expected a platform id'],
    ]);
    expect(page.quarantined[0]?.rawJson).toBe('{"id":"1","total":"my secret"}');
  });

  it('cleans what jsonb refuses from data and raw, keys too', () => {
    const { records } = mapItems(stream, [
      { id: '1', memo: 'a\0\ud800', 'k\0\udc00': ['\0', { deep: '\udfff' }], fine: '🎉 \\u0000' },
    ]);
    expect(records[0]).toMatchObject({
      platformId: '1',
      dataJson: '{"memo":"a\ufffd"}',
      rawJson: JSON.stringify({
        id: '1',
        memo: 'a\ufffd',
        'k\ufffd': ['', { deep: '\ufffd' }],
        fine: '🎉 \\u0000',
      }),
    });
  });

  it.each([1_001, 100_000])(
    'quarantines a record of %d levels, cut to what can be stored, and maps the rest',
    (levels) => {
      const deep: unknown = JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
      const page = mapItems(stream, [
        { id: '1', deep },
        { id: '2', deep: [[[]]] },
      ]);
      expect(ids(page)).toEqual(['2']);
      expect(page.quarantined).toMatchObject([
        { platformId: '1', path: '', reason: 'expected at most 1000 levels' },
      ]);
      expect(page.quarantined[0]?.rawJson).toMatch(/^\{"id":"1","deep":\[{999}null\]{999}\}$/);
    },
  );

  it('takes an unreadable time for none', () => {
    expect(mapItems(stream, [{ id: '1', at: 'soon' }]).records[0]?.platformUpdatedAt).toBeNull();
  });

  it('keeps the newest of several with one id, else the last, and counts the others', () => {
    const page = mapItems(stream, [
      { id: '1', memo: 'new', at: '2026-01-02T00:00:00Z' },
      { id: '1', memo: 'old', at: '2026-01-01T00:00:00Z' },
      { id: '2', memo: 'first' },
      { id: '2', memo: 'last' },
      { id: '3', memo: 'same', at: '2026-01-01T00:00:00Z' },
      { id: '3', memo: 'same time, later', at: '2026-01-01T00:00:00Z' },
    ]);
    expect(page.repeated).toBe(3);
    expect(page.records.map(({ dataJson }) => dataJson)).toEqual([
      '{"memo":"new"}',
      '{"memo":"last"}',
      '{"memo":"same time, later"}',
    ]);
  });

  it('lets a record be either stored or quarantined, never both', () => {
    const bad = { id: '1', total: 'x' };
    const good = { id: '1', total: 1 };
    expect(mapItems(stream, [bad, good])).toMatchObject({ quarantined: [], repeated: 1 });
    expect(mapItems(stream, [good, bad])).toMatchObject({ records: [], repeated: 1 });
  });

  it('counts the same unreadable item once', () => {
    const page = mapItems(stream, [{ memo: 'a' }, { memo: 'a' }, { memo: 'b' }]);
    expect(page.quarantined).toHaveLength(2);
    expect(page.repeated).toBe(1);
  });
});

describe('mergeRepeats', () => {
  it('merges pages as if they were one', () => {
    const pages = [
      [{ id: '1', memo: 'a' }, { id: '2', memo: 'a' }, { id: '2', memo: 'b' }, { memo: 'x' }],
      [{ id: '2', memo: 'c' }, { id: '3', total: 'x' }, { memo: 'x' }],
      [{ id: '3', total: 3 }],
    ];
    const merged = mergeRepeats(pages.map((page) => mapItems(stream, page)));
    expect(merged).toEqual(mapItems(stream, pages.flat()));
    expect(merged.repeated).toBe(4);
    expect(ids(merged)).toEqual(['1', '2', '3']);
  });

  it('leaves a single page as it is', () => {
    const page = mapItems(stream, [{ id: '1' }]);
    expect(mergeRepeats([page])).toBe(page);
    expect(mergeRepeats([])).toEqual({ records: [], quarantined: [], repeated: 0 });
  });
});
