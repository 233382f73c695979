import type { PlatformAnswer, PlatformRequest, Send, Stream } from '../contract';
import { MalformedAnswerError } from './errors';
import { fetchByIds, fetchPage, findExisting } from './pages';
import { listAt, tokenPages } from './paginators';

const pages = tokenPages({ items: 'rows', next: 'next', more: 'more' });

function stream(changes: Partial<Stream> = {}): Stream {
  return {
    dataModel: 'INVOICES',
    filtersByChange: true,
    list: (page) => ({ method: 'GET', path: '/rows', query: { token: pages.token(page) ?? '' } }),
    read: pages.read,
    id: () => null,
    updatedAt: () => null,
    map: () => ({}),
    ...changes,
  };
}

function answering(
  bodies: unknown[],
  date: Date | null = null,
): { send: Send; asked: PlatformRequest[] } {
  const asked: PlatformRequest[] = [];
  const rest = [...bodies];
  const send: Send = (request) => {
    asked.push(request);
    const answer: PlatformAnswer = {
      status: 200,
      headers: {},
      body: rest.shift(),
      date: asked.length === 1 ? date : new Date(0),
      ms: 1,
      bytes: 1,
    };
    return Promise.resolve(answer);
  };
  return { send, asked };
}

const start = { since: null, cursor: null };

describe('fetchPage', () => {
  it('answers items, next cursor and the date of the page', async () => {
    const date = new Date('2026-03-01T10:00:00Z');
    const { send } = answering([{ rows: [1, 2], next: 'n1', more: true }], date);
    expect(await fetchPage(stream(), send, start)).toMatchObject({
      items: [1, 2],
      next: { token: 'n1' },
      date,
    });
  });

  it('goes on after an empty page that has a next cursor, and ends only on the end marker', async () => {
    const { send, asked } = answering([
      { rows: [], next: 'n2', more: true },
      { rows: [], more: false },
    ]);
    const first = await fetchPage(stream(), send, { since: null, cursor: { token: 'n1' } });
    expect(first).toMatchObject({ items: [], next: { token: 'n2' } });
    expect((await fetchPage(stream(), send, { since: null, cursor: first.next })).next).toBeNull();
    expect(asked.map((request) => request.query)).toEqual([{ token: 'n1' }, { token: 'n2' }]);
  });

  it.each([
    [[]],
    [null],
    ['text'],
    [{ next: 'n', more: true }],
    [{ rows: {}, more: false }],
    [{ rows: [], more: true }],
    [{ rows: [], next: '', more: true }],
    [{ rows: [], next: 'n' }],
    [{ rows: [1] }],
  ])('takes %j for malformed', async (body) => {
    await expect(fetchPage(stream(), answering([body]).send, start)).rejects.toThrow(
      MalformedAnswerError,
    );
  });

  it('does not follow a cursor that leads to itself', async () => {
    const { send } = answering([{ rows: [1], next: 'n1', more: true }]);
    const page = { since: null, cursor: { token: 'n1' } };
    await expect(fetchPage(stream(), send, page)).rejects.toThrow(MalformedAnswerError);
  });

  it('completes items with related reads over several pages, in order', async () => {
    const related = {
      request: (items: readonly unknown[], cursor: unknown) =>
        ({ method: 'POST', path: '/lines', body: { items, cursor } }) as const,
      read: pages.read,
      join: (items: readonly unknown[], found: readonly unknown[]) =>
        items.map((item) => ({ item, lines: found })),
    };
    const second = { ...related, request: () => null };
    const date = new Date('2026-03-01T10:00:00Z');
    const { send, asked } = answering(
      [
        { rows: ['a'], next: 'n1', more: true },
        { rows: ['l1'], next: 'n2', more: true },
        { rows: ['l2'], more: false },
      ],
      date,
    );
    const page = await fetchPage(stream({ related: [related, second] }), send, start);
    expect(page.items).toEqual([{ item: 'a', lines: ['l1', 'l2'] }]);
    expect(page.date).toEqual(date);
    expect(asked.map((request) => request.body)).toEqual([
      undefined,
      { items: ['a'], cursor: null },
      { items: ['a'], cursor: { token: 'n2' } },
    ]);
  });

  it('follows no list of related records for ever', async () => {
    const related = {
      request: () => ({ method: 'GET', path: '/lines' }) as const,
      read: pages.read,
      join: (items: readonly unknown[]) => items,
    };
    const bodies = Array.from({ length: 2_000 }, (_none, n) => ({
      rows: [n],
      next: `n${n}`,
      more: true,
    }));
    const { send, asked } = answering([{ rows: ['a'], more: false }, ...bodies]);
    await expect(fetchPage(stream({ related: [related] }), send, start)).rejects.toThrow(
      MalformedAnswerError,
    );
    expect(asked).toHaveLength(1_001);
  });

  it('takes no page of more than a hundred thousand records', async () => {
    const page = (length: number) => ({ rows: Array(length).fill(1), more: false });
    await fetchPage(stream(), answering([page(100_000)]).send, start);
    await expect(fetchPage(stream(), answering([page(100_001)]).send, start)).rejects.toMatchObject(
      {
        kind: 'refused',
      },
    );
  });

  it('reads nothing related to an empty page', async () => {
    const related = {
      request: (): never => {
        throw new Error('asked');
      },
      read: pages.read,
      join: () => [],
    };
    const { send, asked } = answering([{ rows: [], more: false }]);
    await fetchPage(stream({ related: [related] }), send, start);
    expect(asked).toHaveLength(1);
  });
});

describe('fetchByIds', () => {
  it('asks in portions the platform takes and puts the answers together', async () => {
    const byIds = {
      max: 2,
      request: (ids: readonly string[]) =>
        ({ method: 'GET', path: '/rows', query: { ids: ids.join() } }) as const,
      read: (body: unknown) => listAt(body, 'rows'),
    };
    const { send, asked } = answering([{ rows: ['a'] }, { rows: [] }, { rows: ['e'] }]);
    expect(await fetchByIds(stream({ byIds }), send, ['a', 'b', 'c', 'd', 'e'])).toEqual([
      'a',
      'e',
    ]);
    expect(asked.map((request) => request.query?.ids)).toEqual(['a,b', 'c,d', 'e']);
  });

  it('asks in portions that fit into an address, in order', async () => {
    const ids = Array.from({ length: 50 }, (_none, n) => `${'é'.repeat(100)}${n}`);
    const byIds = {
      max: 100,
      request: (some: readonly string[]) =>
        ({ method: 'GET', path: '/rows', query: { ids: some.join() } }) as const,
      read: (body: unknown) => listAt(body, 'rows'),
    };
    const { send, asked } = answering(Array(50).fill({ rows: [] }));
    await fetchByIds(stream({ byIds }), send, ids);
    expect(asked.flatMap((request) => request.query?.ids?.split(',') ?? [])).toEqual(ids);
    const lengths = asked.map((request) => new URLSearchParams(request.query).toString().length);
    expect(Math.max(...lengths)).toBeLessThan(4_000);
    // One that no address holds is asked for by itself.
    const one = answering([{ rows: [] }]);
    await fetchByIds(stream({ byIds }), one.send, ['x'.repeat(5_000)]);
    expect(one.asked).toHaveLength(1);
  });

  it('never takes a malformed answer for "all gone"', async () => {
    const byIds = {
      max: 2,
      request: () => ({ method: 'GET', path: '/rows' }) as const,
      read: (body: unknown) => listAt(body, 'rows'),
    };
    await expect(fetchByIds(stream({ byIds }), answering([{}]).send, ['a'])).rejects.toThrow(
      MalformedAnswerError,
    );
  });
});

describe('findExisting', () => {
  const byIds = {
    max: 10,
    canAsk: (id: string) => !id.includes(','),
    request: (ids: readonly string[]) =>
      ({ method: 'GET', path: '/rows', query: { ids: ids.join() } }) as const,
    read: (body: unknown) => listAt(body, 'rows'),
  };
  const asking = stream({ byIds, id: (item) => (typeof item === 'string' ? item : null) });

  it('answers the ids that exist, and those that cannot be asked for', async () => {
    const { send, asked } = answering([{ rows: ['a'] }]);
    expect(await findExisting(asking, send, ['a', 'b', 'c,d'])).toEqual(new Set(['a', 'c,d']));
    expect(asked[0]?.query).toEqual({ ids: 'a,b' });
  });

  it('decides nothing by an answer with a row that was not asked for', async () => {
    const { send } = answering([{ rows: ['a', 'z'] }]);
    await expect(findExisting(asking, send, ['a', 'b'])).rejects.toThrow(MalformedAnswerError);
  });

  it('decides nothing by an answer with an unreadable row', async () => {
    await expect(findExisting(asking, answering([{ rows: [5] }]).send, ['a'])).rejects.toThrow(
      MalformedAnswerError,
    );
  });
});
