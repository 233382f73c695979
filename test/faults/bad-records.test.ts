import { type Facts, facts, jobOf } from '../support/facts';
import { entry, type Stack, startStack } from '../support/stack';
import { HostilePlatform, holding } from './hostile-platform';

/**
 * Records that no platform should give: each is stored as it was meant, or quarantined by itself with the field at
 * fault, and never costs its neighbours anything.
 */

jest.setTimeout(90_000);

/** What stands in the answer (`id` is the row's name unless it says otherwise), and what becomes of it. */
type Row = readonly [name: string, record: Record<string, unknown>, becomes: Stored | Quarantined];
interface Stored {
  readonly data: Record<string, unknown>;
}
interface Quarantined {
  readonly path: string;
}

const stored = (data: Record<string, unknown>): Stored => ({ data });
const at = (path: string): Quarantined => ({ path });

const dates: Row[] = [
  ...(
    [
      ['2026-02-03', '2026-02-03'],
      ['2028-02-29', '2028-02-29'],
      ['2026-02-03T04:05:06Z', '2026-02-03T04:05:06.000Z'],
      ['2026-02-03T04:05:06.7891234Z', '2026-02-03T04:05:06.789Z'],
      ['2026-02-03T04:05:06,5Z', '2026-02-03T04:05:06.500Z'],
      ['2026-02-03 04:05:06+0530', '2026-02-02T22:35:06.000Z'],
      ['2026-02-03T04:05-08', '2026-02-03T12:05:00.000Z'],
    ] as const
  ).map(([given, data]): Row => [given, { posted_date: given }, stored({ posted_date: data })]),
  ...[
    '03/02/2026',
    '2026-2-3',
    '20260203',
    '2026-W05-1',
    '2026-034',
    '2026-02-30',
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '0000-00-00',
    '2026-02-03T25:00:00Z',
    '2026-02-03T24:00:01Z',
    '2026-02-03T04:61:00Z',
    '2026-02-03T04:05:60Z',
    '2026-02-03T04:05:06',
    '2026-02-03T04:05:06 Europe/Rome',
    '2026-02-03T04:05:06+99:00',
    '+002026-02-03',
    '-000001-01-01T00:00:00Z',
    '12026-02-03',
    '9999-12-31T23:59:59-14:00',
    '0000-01-01T00:00:00+14:00',
    'Tue, 03 Feb 2026 04:05:06 GMT',
    '/Date(1770091506000)/',
    '1770091506',
    'yesterday',
    '',
    ' 2026-02-03',
    '2026-02-03\n',
    '２０２６-02-03',
    1_770_091_506_000,
    true,
    ['2026-02-03'],
    { date: '2026-02-03' },
  ].map(
    (given): Row => [`date ${JSON.stringify(given)}`, { posted_date: given }, at('posted_date')],
  ),
  ['a change at no time', { updated_at: '2026-02-03T04:05:06' }, at('updated_at')],
  ['a change in year 275760', { updated_at: '+275760-09-13T00:00:00.000Z' }, at('updated_at')],
  ['a change at a number', { updated_at: 1_770_091_506 }, at('updated_at')],
];

const numbers: Row[] = [
  ...(
    [
      ['12.50', '12.5'],
      ['+5', '5'],
      ['.5', '0.5'],
      ['5.', '5'],
      ['-0.00', '0'],
      ['1e3', '1000'],
      [0.1, '0.1'],
      [-0, '0'],
      [1e-7, '0.0000001'],
      [1e21, '1000000000000000000000'],
      ['123456789012345678901234567890.123456789', '123456789012345678901234567890.123456789'],
    ] as const
  ).map(
    ([given, data]): Row => [
      `amount ${JSON.stringify(given)} of ${typeof given}`,
      { total_amount: given },
      stored({ total_amount: data }),
    ],
  ),
  ...[
    '1,234.56',
    '12,5',
    '€ 5',
    'NaN',
    'Infinity',
    '0x10',
    '१२',
    '',
    ' 12',
    '1e400',
    '1e9999',
    '--5',
    true,
    [1],
    {},
  ].map(
    (given): Row => [
      `amount ${JSON.stringify(given)}`,
      { total_amount: given },
      at('total_amount'),
    ],
  ),
];

const shapes: Row[] = [
  ['a memo that is a number', { memo: 5 }, at('memo')],
  ['a memo that is null', { memo: null }, stored({ document_number: 'ok' })],
  ['lines that are an object', { line_items: { 0: {} } }, at('line_items')],
  ['a line that is null', { line_items: [{}, null] }, at('line_items[1]')],
  [
    'a line with a bad amount',
    { line_items: [{ quantity: 1 }, { quantity: 'two' }] },
    at('line_items[1].quantity'),
  ],
  [
    '10,000 fields',
    Object.fromEntries(Array.from({ length: 10_000 }, (_none, n) => [`field_${n}`, n])),
    stored({ document_number: 'ok' }),
  ],
  [
    '5,000 lines',
    { line_items: Array(5_000).fill({ description: 'x', quantity: 1 }) },
    stored({ document_number: 'ok' }),
  ],
  ['a memo of 5 MB', { memo: 'm'.repeat(5_000_000) }, stored({ document_number: 'ok' })],
  [
    'names of the language',
    JSON.parse(
      '{"__proto__":{"memo":"no"},"constructor":1,"toString":null,"hasOwnProperty":[]}',
    ) as Row[1],
    stored({ document_number: 'ok' }),
  ],
];

const long = (length: number) => 'é'.repeat(length);
const ids: Row[] = [
  ...[
    'A1',
    'a1',
    'A1 ',
    ' A1',
    'Å1',
    'A\u030a1',
    'a,b',
    '"\'',
    'a\nb',
    '😀',
    '__proto__',
    'constructor',
    '0',
    'null',
    long(600),
  ].map((id): Row => [`id ${JSON.stringify(id)}`, { id }, stored({ document_number: 'ok' })]),
  ...[42, null, undefined, '', true, {}, ['A1'], 'nul\u0000', '\ud800', long(601)].map(
    (id): Row => [`id ${JSON.stringify(id)} of ${typeof id}`, { id }, at('id')],
  ),
];

const rows = [...dates, ...numbers, ...shapes, ...ids];
const items = rows.map(([name, record]) => ({ id: name, document_number: 'ok', ...record }));
/** Nests deeper than any of our tools goes by itself: what JSON.parse takes, JSON.stringify need not. */
const nested = (id: string, levels: number) =>
  `{"id":"${id}","document_number":"ok","deep":${'['.repeat(levels)}${']'.repeat(levels)}}`;

const platform = new HostilePlatform();
let stack: Stack;
let look: Facts;
beforeAll(async () => {
  await platform.start();
  stack = await startStack({ connectors: [platform.connector('HOSTILE')], callTimeoutMs: 10_000 });
  look = facts(stack);
});
afterAll(async () => {
  await stack.close();
  await platform.close();
});

const firstSync = async (tenant: string) => {
  const id = await stack.connect(tenant, [entry('INVOICES')], { platform: 'HOSTILE' });
  const sync = await stack.endedOf(id, { trigger: 'initial' }, 60_000);
  return { id, job: jobOf(sync, 'INVOICES') };
};
const full = async (id: bigint) =>
  jobOf(await stack.ended(await stack.sync(id, { mode: 'full' }), 60_000), 'INVOICES');

describe('a page of bad records', () => {
  let id: bigint;
  let held: readonly { id?: unknown }[] = items;
  beforeAll(async () => {
    platform.answers(
      'records',
      holding(() => held),
    );
    const synced = await firstSync('records');
    id = synced.id;
    const bad = rows.filter(([, , becomes]) => 'path' in becomes).length;
    expect(synced.job).toMatchObject({
      state: 'SUCCESS',
      counts: { fetched: rows.length, inserted: rows.length - bad, quarantined: bad, repeated: 0 },
    });
  });

  const named = rows.map((row, n) => [row[0], items[n], row[2]] as const);
  const is = (becomes: Stored | Quarantined): becomes is Stored => 'data' in becomes;

  test.each(named.filter(([, , becomes]) => is(becomes)))(
    '%s is stored',
    async (_name, item, becomes) => {
      const record = (await look.records(id, 'INVOICES')).get(String(item?.id));
      expect(record).toMatchObject({ ...becomes, deletedAt: null, raw: { document_number: 'ok' } });
    },
  );

  test.each(named.filter(([, , becomes]) => !is(becomes)))(
    '%s is quarantined',
    async (_name, item, becomes) => {
      const all = await look.quarantined(id, 'INVOICES');
      const without = all.filter((each) => each.path === 'id');
      if (becomes !== undefined && !is(becomes) && becomes.path === 'id') {
        // As nobody could have sent it: known by what it holds.
        expect(without.map((each) => each.platformId)).toEqual(Array(10).fill(null));
        return;
      }
      const mine = all.filter((each) => each.platformId === item?.id);
      expect(mine).toMatchObject([{ ...becomes, raw: { document_number: 'ok' } }]);
    },
  );

  test('the same page again changes nothing', async () => {
    const { counts, state } = await full(id);
    const { inserted, changed, deleted, revived, repeated } = counts;
    expect({ state, inserted, changed, deleted, revived, repeated }).toEqual({
      state: 'SUCCESS',
      inserted: 0,
      changed: 0,
      deleted: 0,
      revived: 0,
      repeated: 0,
    });
  });

  test('ids are asked for as they are: of those that differ by a hair, only what is gone goes', async () => {
    const gone = ['a1', 'A1 ', '"\'', '😀', '__proto__', long(600)];
    held = items.filter(({ id: each }) => !gone.includes(String(each)));
    const { counts, state } = await full(id);
    expect({ state, deleted: counts['deleted'] }).toEqual({
      state: 'SUCCESS',
      deleted: gone.length,
    });
    const records = await look.records(id, 'INVOICES');
    expect(
      [...records.values()]
        .filter((each) => each.deletedAt !== null)
        .map((each) => each.platformId)
        .sort(),
    ).toEqual([...gone].sort());
  });
});

test('long ids are asked for in questions that fit into an address', async () => {
  const all = Array.from({ length: 60 }, (_none, n) => ({ id: `${long(500)}${n}`, memo: 'm' }));
  let held = all;
  platform.answers(
    'long',
    holding(() => held),
  );
  const { id } = await firstSync('long');
  held = all.slice(30);
  expect(await full(id)).toMatchObject({ state: 'SUCCESS', counts: { deleted: 30 } });
});

test.each([
  ['what PostgreSQL does not take', 20_000],
  ['what JSON.stringify does not take', 100_000],
])('a record nested beyond %s is quarantined, and costs no other', async (name, levels) => {
  platform.answers(name, (response) => {
    const good = ['a', 'b', 'c'].map((id) => nested(id, 10));
    response.end(`{"records":[${[...good, nested('deep', levels)].join(',')}],"has_more":false}`);
  });
  const { id, job } = await firstSync(name);
  expect(job).toMatchObject({ state: 'SUCCESS', counts: { inserted: 3, quarantined: 1 } });
  expect(await look.quarantined(id, 'INVOICES')).toMatchObject([{ platformId: 'deep' }]);
});

test('a page that is deep outside of its records is an answer without records', async () => {
  platform.answers('deep', (response) =>
    response.end(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  );
  const { job } = await firstSync('deep');
  expect(job).toMatchObject({ state: 'FAILED', errorCode: 'platform-unavailable' });
});

test.each([null, 7, 'text', true, []])('%j among the records is quarantined', async (item) => {
  const tenant = `item ${JSON.stringify(item)}`;
  platform.answers(tenant, (response) => {
    response.end(JSON.stringify({ records: [{ id: 'a' }, item], has_more: false }));
  });
  const { job } = await firstSync(tenant);
  expect(job).toMatchObject({ state: 'SUCCESS', counts: { inserted: 1, quarantined: 1 } });
});
