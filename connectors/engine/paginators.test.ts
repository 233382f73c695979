import fc from 'fast-check';
import type { Cursor, PageRequest } from '../contract';
import { keysetPages, listAt, offsetPages } from './paginators';

const items = (body: unknown): readonly unknown[] => listAt(body, 'rows');
const start: PageRequest = { since: null, cursor: null };

describe('keysetPages', () => {
  const pages = keysetPages({
    limit: 2,
    items,
    id: (item) => (typeof item === 'number' ? item : null),
  });

  it('goes on after the last id of a full page and ends at one that is not full', () => {
    const first = pages.read({ rows: [4, 9] });
    expect(first.next).toEqual({ after: 9 });
    expect(pages.after({ since: null, cursor: first.next })).toBe(9);
    expect(pages.after(start)).toBeNull();
    expect(pages.read({ rows: [12] }).next).toBeNull();
    expect(pages.read({ rows: [] }).next).toBeNull();
  });

  it('refuses a full page whose last row has no id', () => {
    expect(() => pages.read({ rows: [1, 'x'] })).toThrow('no id');
  });
});

describe('offsetPages', () => {
  const limit = 7;
  const pages = offsetPages({ limit, items, id: (item) => String(item) });

  /** Reads the whole list; between pages `disturb` may take rows away. */
  function readAll(rows: number[], disturb: (page: number) => number[]): Set<unknown> {
    let current = rows;
    const seen = new Set<unknown>();
    let cursor: Cursor | null = null;
    for (let page = 0; page < 200; page += 1) {
      const request: PageRequest = { since: null, cursor };
      const from = pages.offset(request);
      const answer = pages.read({ rows: current.slice(from, from + limit) }, request);
      for (const item of answer.items) seen.add(item);
      if (answer.next === null) return seen;
      cursor = answer.next;
      const gone = new Set(disturb(page));
      current = current.filter((row) => !gone.has(row));
    }
    throw new Error('never ends');
  }

  it('reads every row once when nothing changes', () => {
    const rows = Array.from({ length: 50 }, (_, index) => index);
    expect([...readAll(rows, () => [])]).toEqual(rows);
  });

  it('misses no row that stays, whatever is deleted while it reads', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 80 }),
        fc.array(fc.uniqueArray(fc.nat(79), { maxLength: 15 }), { maxLength: 12 }),
        (count, deletions) => {
          const rows = Array.from({ length: count }, (_, index) => index);
          const seen = readAll(rows, (page) => deletions[page] ?? []);
          const gone = new Set(deletions.flat());
          for (const row of rows) if (!gone.has(row)) expect(seen).toContain(row);
        },
      ),
      { numRuns: 500 },
    );
  });
});
