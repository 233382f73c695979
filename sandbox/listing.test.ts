import { idsOf, SandboxDriver } from './driver';
import { type Sandbox, startSandbox } from './server';

let sandbox: Sandbox;
let driver: SandboxDriver;
let token: string;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, host: '127.0.0.1', home: null });
  driver = new SandboxDriver(sandbox.url);
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await driver.createTenant({ tenant_id: 't', seed: { invoices: 25 } });
  token = (await driver.grant('t')).access_token;
});

function read(path: string) {
  return driver.call('GET', `/api/v1/${path}`, { token });
}

it('pages through exactly what there is, and ends by has_more', async () => {
  const pages = await driver.pages(token, 'invoices?limit=10');
  expect(pages.map((page) => [page.records.length, page.has_more])).toEqual([
    [10, true],
    [10, true],
    [5, false],
  ]);
  expect(pages.at(-1)?.next_cursor).toBeNull();
  expect(pages.flatMap((page) => page.records)).toEqual(await driver.truth('t', 'invoices'));
});

it('does not announce a further page where the last one is just full', async () => {
  const page = await driver.list(token, 'invoices?limit=25');
  expect([page.records.length, page.has_more]).toEqual([25, false]);
});

it('hands out 100 rows unless asked for up to 1,000', async () => {
  await driver.createTenant({ tenant_id: 't', seed: { invoices: 1_200 } });
  expect((await driver.list(token, 'invoices')).records).toHaveLength(100);
  expect((await driver.list(token, 'invoices?limit=1000')).records).toHaveLength(1_000);
});

it("hands out the tenant's page size at most where one is set", async () => {
  await driver.createTenant({ tenant_id: 't', seed: { invoices: 25 }, page_size: 7 });
  expect((await driver.list(token, 'invoices')).records).toHaveLength(7);
  expect((await driver.list(token, 'invoices?limit=20')).records).toHaveLength(7);
  expect((await driver.list(token, 'invoices?limit=3')).records).toHaveLength(3);
});

it('filters by updated_since, that instant included', async () => {
  const all = await driver.truth('t', 'invoices');
  const times = all.map((record) => String(record.updated_at)).sort();
  const found = await driver.pages(token, `invoices?limit=4&updated_since=${times[15]}`);
  expect(idsOf(found)).toEqual(
    all.filter((record) => String(record.updated_at) >= String(times[15])).map(({ id }) => id),
  );
  const newest = await driver.list(token, `invoices?updated_since=${times[24]}`);
  expect(newest.records).toHaveLength(1);
  const justAfter = new Date(Date.parse(String(times[24])) + 1).toISOString();
  const none = await driver.list(token, `invoices?updated_since=${justAfter}`);
  expect(none).toEqual({ records: [], next_cursor: null, has_more: false });
});

it('keeps the filter of a listing in its cursor', async () => {
  const times = (await driver.truth('t', 'invoices')).map(({ updated_at }) => String(updated_at));
  const first = await driver.list(token, `invoices?limit=2&updated_since=${times.sort()[20]}`);
  const rest = await driver.list(token, `invoices?cursor=${first.next_cursor}`);
  expect(first.records.length + rest.records.length).toBe(5);
});

it('shows every row that stays exactly once while others come, change and go', async () => {
  const before = (await driver.truth('t', 'invoices')).map(({ id }) => id);
  const seen: unknown[] = [];
  let cursor: string | null = '';
  for (let step = 0; cursor !== null; step += 1) {
    const page = await driver.list(token, `invoices?limit=5&cursor=${cursor}`);
    seen.push(...page.records.map(({ id }) => id));
    cursor = page.has_more ? page.next_cursor : null;
    if (step > 2) continue;
    await driver.control('DELETE', 't', `/records/invoices/inv_${step * 5 + 1}`);
    await driver.control('DELETE', 't', `/records/invoices/inv_${step * 5 + 8}`);
    await driver.control('PATCH', 't', `/records/invoices/inv_${step * 5 + 2}`, { memo: 'new' });
    await driver.addRecords('t', 'invoices', [{ memo: 'late' }]);
  }
  const after = new Set((await driver.truth('t', 'invoices')).map(({ id }) => id));
  const stayed = before.filter((id) => after.has(id));
  expect(seen.filter((id) => stayed.includes(id))).toEqual(stayed);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining(['inv_26', 'inv_27', 'inv_28']));
});

it('reads by id and by a list of ids, and knows nothing of what is deleted', async () => {
  await driver.control('DELETE', 't', '/records/invoices/inv_4');
  expect((await read('invoices/inv_3')).body).toEqual(
    expect.objectContaining({ id: 'inv_3', currency_id: expect.any(String) }),
  );
  expect((await read('invoices/inv_4')).status).toBe(404);
  expect((await read('invoices/nobody')).status).toBe(404);
  const many = await driver.list(token, 'invoices?ids=inv_9,inv_4,inv_3,nobody,inv_9');
  expect(idsOf([many])).toEqual(['inv_9', 'inv_3']);
  expect([many.has_more, many.next_cursor]).toEqual([false, null]);
});

it.each([
  ['invoices?limit=0', 400, 'limit'],
  ['invoices?limit=1001', 400, 'limit'],
  ['invoices?limit=ten', 400, 'limit'],
  ['invoices?updated_since=yesterday', 400, 'updated_since'],
  ['invoices?updated_since=2026-01-01', 400, 'updated_since'],
  [`invoices?ids=${Array.from({ length: 101 }, (_, n) => `inv_${n}`).join(',')}`, 400, 'ids'],
])('refuses %s', async (path, status, field) => {
  const answer = await read(path);
  expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ field })]);
});

it('answers 410 to a cursor that is none, is of another list, or is older than the reset', async () => {
  const { next_cursor } = await driver.list(token, 'invoices?limit=2');
  const gone = { status: 410, body: { error: 'cursor_expired' } };
  expect(await read('invoices?cursor=nonsense')).toMatchObject(gone);
  expect(await read(`contacts?cursor=${next_cursor}`)).toMatchObject(gone);
  await driver.createTenant({ tenant_id: 't', seed: { invoices: 25 } });
  expect(await read(`invoices?cursor=${next_cursor}`)).toMatchObject(gone);
});

it('answers 404 to a resource it does not have', async () => {
  expect((await read('unicorns')).status).toBe(404);
  expect((await read('unicorns/1')).status).toBe(404);
});

it('shows its account', async () => {
  expect((await read('account')).body).toEqual({
    tenant_id: 't',
    name: expect.any(String),
    base_currency: expect.stringMatching(/^[A-Z]{3}$/),
    country: expect.stringMatching(/^[A-Z]{2}$/),
  });
});

it('creates and updates records for clients, gives the ids and stamps the times itself', async () => {
  const body = { id: 'mine', document_number: 'X', updated_at: '2001-01-01T00:00:00.000Z' };
  const created = await driver.call('POST', '/api/v1/invoices', { token, body });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({ id: 'inv_26', document_number: 'X' });
  const patch = { body: { memo: 'm', id: 'other' }, token };
  const updated = await driver.call('PATCH', '/api/v1/invoices/inv_26', patch);
  expect(updated).toMatchObject({ status: 200, body: { id: 'inv_26', memo: 'm' } });
  const stored = (await driver.truth('t', 'invoices')).at(-1);
  expect(stored).toEqual(updated.body);
  expect(Math.abs(Date.parse(String(stored?.updated_at)) - Date.now())).toBeLessThan(5_000);
  expect((await driver.call('PATCH', '/api/v1/invoices/nobody', patch)).status).toBe(404);
  expect((await driver.call('POST', '/api/v1/invoices', { token, body: [1] })).status).toBe(400);
});
