import { goesRound } from './endless';

describe('goesRound', () => {
  it.each([
    ['nothing yet', { pages: 0, records: 0, rows: 0 }],
    ['a listing of new rows', { pages: 10_000, records: 10_000_000, rows: 10_000_000 }],
    ['a listing of one row a page', { pages: 500_000, records: 500_000, rows: 500_000 }],
    ['pages given twice, and a cursor lost at the end', { pages: 40, records: 3_000, rows: 1_000 }],
    ['a few rows among thousands of empty pages', { pages: 9_000, records: 5, rows: 5 }],
  ])('is not said of %s', (_name, facts) => {
    expect(goesRound(facts)).toBe(false);
  });

  it.each([
    ['the same rows again and again', { pages: 11, records: 11_000, rows: 100 }],
    ['empty pages without end', { pages: 10_001, records: 0, rows: 0 }],
    [
      'a large listing that begins anew a third time',
      { pages: 4_000, records: 4_000_000, rows: 1_000_000 },
    ],
    ['one row a page, again and again', { pages: 10_100, records: 10_100, rows: 10 }],
  ])('is said of %s', (_name, facts) => {
    expect(goesRound(facts)).toBe(true);
  });
});
