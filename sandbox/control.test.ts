import { SandboxDriver } from './driver';
import { type Sandbox, startSandbox } from './server';

let sandbox: Sandbox;
let driver: SandboxDriver;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, host: '127.0.0.1', home: null });
  driver = new SandboxDriver(sandbox.url);
});
afterAll(() => sandbox.close());
beforeEach(() => driver.createTenant({ tenant_id: 't', seed: { invoices: 3 } }));

const OLD = '2020-05-06T07:08:09.123Z';

async function stored(id: string) {
  return (await driver.truth('t', 'invoices')).find((record) => record.id === id);
}

it('says that it is alive', async () => {
  expect(await driver.call('GET', '/healthz')).toMatchObject({ status: 200 });
});

it('adds records, stamped with its clock whatever they say', async () => {
  const before = Date.now();
  const [mine, other] = await driver.addRecords('t', 'invoices', [
    { id: 'mine', memo: 'a', created_at: OLD, updated_at: OLD },
    { memo: 'b' },
  ]);
  expect(mine).toEqual(await stored('mine'));
  expect(other).toMatchObject({ id: 'inv_5', memo: 'b' });
  for (const time of [mine?.created_at, mine?.updated_at, other?.updated_at]) {
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(String(time))).toBeGreaterThanOrEqual(before);
  }
});

it('keeps the times it is given when told so', async () => {
  const path = '/records/invoices';
  const records = [{ id: 'old', created_at: OLD, updated_at: OLD }, { id: 'bare' }];
  await driver.control('POST', 't', `${path}?keep_timestamps=true`, { records });
  expect(await stored('old')).toEqual({ id: 'old', created_at: OLD, updated_at: OLD });
  expect(await stored('bare')).toHaveProperty('updated_at');
  await driver.control('PATCH', 't', `${path}/old?keep_timestamps=true`, { memo: 'silent' });
  expect(await stored('old')).toEqual({
    id: 'old',
    memo: 'silent',
    created_at: OLD,
    updated_at: OLD,
  });
});

it('finds a record of kept time by that time', async () => {
  const records = [{ id: 'old', updated_at: OLD }];
  await driver.control('POST', 't', '/records/invoices?keep_timestamps=true', { records });
  const { access_token } = await driver.grant('t');
  const page = await driver.list(access_token, 'invoices?updated_since=2025-01-01T00:00:00Z');
  expect(page.records.map(({ id }) => id)).not.toContain('old');
});

it('replaces a record of the same id where it stands', async () => {
  const created = (await stored('inv_2'))?.created_at;
  await driver.addRecords('t', 'invoices', [{ id: 'inv_2', memo: 'whole' }]);
  const all = await driver.truth('t', 'invoices');
  expect(all.map(({ id }) => id)).toEqual(['inv_1', 'inv_2', 'inv_3']);
  expect(all[1]).toEqual({
    id: 'inv_2',
    memo: 'whole',
    created_at: created,
    updated_at: expect.any(String),
  });
});

it('changes the named fields of a record and stamps it', async () => {
  const before = await stored('inv_2');
  const answer = await driver.control('PATCH', 't', '/records/invoices/inv_2', {
    memo: 'changed',
    updated_at: OLD,
    created_at: OLD,
  });
  const after = await stored('inv_2');
  expect(answer).toEqual(after);
  expect(after).toEqual({ ...before, memo: 'changed', updated_at: after?.updated_at });
  expect(Date.parse(String(after?.updated_at))).toBeGreaterThan(Date.now() - 5_000);
});

it('deletes a record, and takes it back under the same id', async () => {
  await driver.control('DELETE', 't', '/records/invoices/inv_2');
  expect(await stored('inv_2')).toBeUndefined();
  const path = '/_control/tenants/t/records/invoices/inv_2';
  expect((await driver.call('DELETE', path)).status).toBe(404);
  await driver.addRecords('t', 'invoices', [{ id: 'inv_2' }]);
  expect(await stored('inv_2')).toHaveProperty('id', 'inv_2');
});

it('shows the truth in pages', async () => {
  const path = '/records/invoices?limit=2';
  const first = await driver.control('GET', 't', path);
  expect(first).toMatchObject({ records: [{ id: 'inv_1' }, { id: 'inv_2' }] });
  const { next_cursor } = Object(first);
  expect(await driver.control('GET', 't', `${path}&cursor=${next_cursor}`)).toMatchObject({
    records: [{ id: 'inv_3' }],
    next_cursor: null,
  });
});

it('runs ahead or behind by its clock, in Date headers and in what it stamps', async () => {
  const { access_token: token } = await driver.grant('t');
  for (const offset_ms of [3_600_000, -7_200_000]) {
    await driver.control('PUT', 't', '/clock', { offset_ms });
    const answer = await driver.call('GET', '/api/v1/invoices', { token });
    const date = Date.parse(String(answer.headers.get('date')));
    expect(Math.abs(date - Date.now() - offset_ms)).toBeLessThan(2_000);
    const [record] = await driver.addRecords('t', 'invoices', [{}]);
    const stamp = Date.parse(String(record?.updated_at));
    expect(Math.abs(stamp - Date.now() - offset_ms)).toBeLessThan(2_000);
  }
});

it('logs every request of the API and nothing else', async () => {
  const { access_token: token } = await driver.grant('t');
  await driver.list(token, 'invoices?limit=2');
  await driver.call('GET', '/api/v1/invoices/nobody', { token });
  await driver.control('PATCH', 't', '/records/invoices/inv_1', { memo: 'x' });
  const { requests, totals } = await driver.requests('t');
  expect(requests).toEqual([
    expect.objectContaining({
      method: 'GET',
      path: '/api/v1/invoices',
      query: { limit: '2' },
      status: 200,
      ms: expect.any(Number),
      concurrent: 1,
    }),
    expect.objectContaining({ path: '/api/v1/invoices/nobody', status: 404 }),
  ]);
  expect(totals).toEqual({ count: 2, rejected_429: 0, by_status: { 200: 1, 404: 1 } });
  const later = await driver.requests('t', requests[0]?.seq);
  expect(later.requests).toEqual(requests.slice(1));
  expect(later.totals).toEqual(totals);
});

it('counts requests that run at once', async () => {
  await driver.createTenant({ tenant_id: 't', seed: { invoices: 3 }, latency_ms: 150 });
  const { access_token: token } = await driver.grant('t');
  await Promise.all([1, 2, 3].map(() => driver.list(token, 'invoices')));
  const { requests } = await driver.requests('t');
  expect(requests.map(({ concurrent }) => concurrent).sort()).toEqual([1, 2, 3]);
  for (const { ms } of requests) expect(ms).toBeGreaterThanOrEqual(145);
});

it('resets a tenant: data, clock, limits, faults and log, but not its tokens', async () => {
  const { access_token: token } = await driver.grant('t');
  await driver.control('PUT', 't', '/clock', { offset_ms: 3_600_000 });
  await driver.control('PUT', 't', '/limits', { per_day: 1 });
  await driver.fault('t', { kind: 'status', times: 0 });
  await driver.call('GET', '/api/v1/invoices', { token });
  await driver.createTenant({ tenant_id: 't', seed: { invoices: 4 } });
  expect((await driver.requests('t')).totals.count).toBe(0);
  const answer = await driver.call('GET', '/api/v1/invoices', { token });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-ratelimit-day-limit')).toBeNull();
  expect(Math.abs(Date.parse(String(answer.headers.get('date'))) - Date.now())).toBeLessThan(2_000);
  expect(await driver.truth('t', 'invoices')).toHaveLength(4);
});

it('keeps tenants apart', async () => {
  await driver.createTenant({ tenant_id: 'other', seed: { invoices: 1 } });
  const { access_token: token } = await driver.grant('other');
  expect((await driver.list(token, 'invoices')).records).toHaveLength(1);
  await driver.control('DELETE', 'other', '/records/invoices/inv_1');
  expect(await driver.truth('t', 'invoices')).toHaveLength(3);
});

it.each([
  ['POST', '', { seed: {} }, 'tenant_id'],
  ['POST', '', { tenant_id: 'x', seed: { unicorns: 1 } }, 'seed.unicorns'],
  ['POST', '', { tenant_id: 'x', seed: { invoices: -1 } }, 'seed.invoices'],
  ['POST', '', { tenant_id: 'x', page_size: 1_001 }, 'page_size'],
  ['POST', '', { tenant_id: 'x', limits: { per_minute: 0 } }, 'limits.per_minute'],
  ['POST', '', { tenant_id: 'x', colour: 'red' }, 'colour'],
  ['POST', '', [], 'body'],
  ['PUT', '/t/limits', { per_fortnight: 1 }, 'per_fortnight'],
  ['PUT', '/t/clock', { offset_ms: '5' }, 'offset_ms'],
  ['POST', '/t/faults', { kind: 'gremlin' }, 'kind'],
  ['POST', '/t/faults', { kind: 'status', resource: 'unicorns' }, 'resource'],
  ['POST', '/t/faults', { kind: 'status', times: -1 }, 'times'],
  ['POST', '/t/records/invoices', {}, 'records'],
  ['POST', '/t/records/invoices', { records: [{}, { id: 5 }] }, 'records.1.id'],
  ['PATCH', '/t/records/invoices/inv_1', 'text', 'body'],
])('answers 400 to %s %s %j and names %s', async (method, path, body, field) => {
  const answer = await driver.call(method, `/_control/tenants${path}`, { body });
  expect(answer).toMatchObject({ status: 400, body: { field } });
  expect(await driver.truth('t', 'invoices')).toHaveLength(3);
});

it.each([
  ['PUT', '/nobody/limits', {}],
  ['PUT', '/nobody/clock', { offset_ms: 0 }],
  ['POST', '/nobody/faults', { kind: 'status' }],
  ['DELETE', '/nobody/faults', undefined],
  ['GET', '/nobody/requests', undefined],
  ['GET', '/nobody/records/invoices', undefined],
  ['GET', '/t/records/unicorns', undefined],
  ['PATCH', '/t/records/invoices/nobody', {}],
  ['GET', '/t/nonsense', undefined],
])('answers 404 in JSON to %s %s', async (method, path, body) => {
  const answer = await driver.call(method, `/_control/tenants${path}`, { body });
  expect(answer).toMatchObject({ status: 404, body: { error: expect.any(String) } });
});

it('answers 400 to a body that is no JSON', async () => {
  const answer = await fetch(`${sandbox.url}/_control/tenants`, { method: 'POST', body: '{"a":' });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ field: 'body' });
});
