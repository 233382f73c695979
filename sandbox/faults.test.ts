import { request as httpRequest } from 'node:http';
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
  await driver.createTenant({ tenant_id: 't', seed: { invoices: 20 }, page_size: 5 });
  token = (await driver.grant('t')).access_token;
});

function get(path = 'invoices') {
  return driver.call('GET', `/api/v1/${path}`, { token });
}

async function statuses(count: number, path = 'invoices'): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < count; n += 1) found.push((await get(path)).status);
  return found;
}

/** A request seen from below: how many bytes were promised, how many came, and how it ended. */
function rawGet(path: string): Promise<{ promised: number; received: number; ended: string }> {
  return new Promise((resolve) => {
    let promised = -1;
    let received = 0;
    const done = (ended: string) => resolve({ promised, received, ended });
    const headers = { authorization: `Bearer ${token}` };
    const request = httpRequest(`${sandbox.url}/api/v1/${path}`, { headers, agent: false });
    request.on('error', (error) => done('code' in error ? String(error.code) : 'error'));
    request.on('response', (response) => {
      promised = Number(response.headers['content-length']);
      response.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      response.on('error', (error) => done('code' in error ? String(error.code) : 'error'));
      response.on('end', () => done('end'));
    });
    request.end();
  });
}

const ALL = Array.from({ length: 20 }, (_, n) => `inv_${n + 1}`);

it('strikes once, at once, any resource, unless told otherwise', async () => {
  await driver.fault('t', { kind: 'status' });
  expect(await statuses(1, 'contacts')).toEqual([500]);
  expect(await statuses(2)).toEqual([200, 200]);
});

it('waits for after_requests, counted from the moment the fault is set, and strikes times', async () => {
  await statuses(3);
  await driver.fault('t', { kind: 'status', status: 503, after_requests: 2, times: 2 });
  expect(await statuses(6)).toEqual([200, 200, 503, 503, 200, 200]);
});

it('counts and strikes the named resource alone', async () => {
  await driver.fault('t', { kind: 'status', resource: 'invoices', after_requests: 1 });
  expect(await statuses(3, 'contacts')).toEqual([200, 200, 200]);
  expect(await statuses(1, 'account')).toEqual([200]);
  expect(await statuses(3, 'invoices/inv_1')).toEqual([200, 500, 200]);
});

it('strikes for ever with times 0, until the faults are deleted', async () => {
  await driver.fault('t', { kind: 'status', times: 0 });
  expect(await statuses(4)).toEqual([500, 500, 500, 500]);
  await driver.control('DELETE', 't', '/faults');
  expect(await statuses(2)).toEqual([200, 200]);
});

it('lets faults strike one after the other', async () => {
  await driver.fault('t', { kind: 'status', status: 502 });
  await driver.fault('t', { kind: 'status', status: 504 });
  expect(await statuses(3)).toEqual([502, 504, 200]);
});

it('does not count requests that never got past the limits', async () => {
  await driver.control('PUT', 't', '/limits', { per_second: 1 });
  await driver.fault('t', { kind: 'status', after_requests: 1 });
  expect(await statuses(2)).toEqual([200, 429]);
  await driver.control('PUT', 't', '/limits', {});
  expect(await statuses(1)).toEqual([500]);
});

it('status: sends Retry-After where asked for', async () => {
  await driver.fault('t', { kind: 'status', status: 503, retry_after: 7 });
  const answer = await get();
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
  await driver.fault('t', { kind: 'status', status: 408 });
  const plain = await get();
  expect([plain.status, plain.headers.get('retry-after')]).toEqual([408, null]);
});

it.each(['slow', 'timeout'])('%s: answers, but only after ms', async (kind) => {
  await driver.fault('t', { kind, ms: 200 });
  const from = Date.now();
  expect((await get()).status).toBe(200);
  expect(Date.now() - from).toBeGreaterThanOrEqual(195);
});

it('timeout: gives the place back and logs status 0 when the client leaves', async () => {
  await driver.control('PUT', 't', '/limits', { concurrent: 1 });
  await driver.fault('t', { kind: 'timeout' });
  const headers = { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(150);
  await expect(fetch(`${sandbox.url}/api/v1/invoices`, { headers, signal })).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await get()).status).toBe(200);
  expect((await driver.requests('t')).totals.by_status).toEqual({ 0: 1, 200: 1 });
});

it('reset: breaks the connection off in the middle of the answer', async () => {
  await driver.fault('t', { kind: 'reset' });
  const { promised, received, ended } = await rawGet('invoices');
  expect(ended).toBe('ECONNRESET');
  expect(received < promised || promised === -1).toBe(true);
  expect((await rawGet('invoices')).ended).toBe('end');
});

it('truncate: promises the whole body and sends half of it', async () => {
  await driver.fault('t', { kind: 'truncate' });
  const { promised, received } = await rawGet('invoices');
  expect(promised).toBeGreaterThan(2_000);
  expect(received).toBe(Math.floor(promised / 2));
  await driver.fault('t', { kind: 'truncate' });
  await expect(get()).rejects.toThrow();
  expect((await get()).status).toBe(200);
});

it('empty_page: has no rows and a next cursor, and the listing loses nothing', async () => {
  for (const after_requests of [0, 1, 3]) {
    await driver.fault('t', { kind: 'empty_page', after_requests });
    const pages = await driver.pages(token, 'invoices');
    expect(pages[after_requests]).toMatchObject({ records: [], has_more: true });
    expect(pages).toHaveLength(5);
    expect(idsOf(pages)).toEqual(ALL);
  }
});

it('duplicate_page: comes twice, then the listing goes on', async () => {
  await driver.fault('t', { kind: 'duplicate_page', after_requests: 1 });
  const pages = await driver.pages(token, 'invoices');
  expect(idsOf(pages)).toEqual([...ALL.slice(0, 10), ...ALL.slice(5)]);
});

it.each(['empty_page', 'duplicate_page'])(
  '%s: ends even where it strikes every page',
  async (kind) => {
    await driver.fault('t', { kind, times: 0 });
    const pages = await driver.pages(token, 'invoices');
    expect(pages).toHaveLength(8);
    expect([...new Set(idsOf(pages))]).toEqual(ALL);
  },
);

it('malformed_record: spoils one record of the page, whose id can be read', async () => {
  await driver.fault('t', { kind: 'malformed_record', after_requests: 1 });
  const pages = await driver.pages(token, 'invoices');
  expect(idsOf(pages)).toEqual(ALL);
  const bad = pages.flatMap((page) =>
    page.records.filter((one) => typeof one.total_amount !== 'number'),
  );
  expect(bad).toEqual([expect.objectContaining({ id: 'inv_8', total_amount: { oops: true } })]);
  expect((await get('invoices/inv_8')).body).toHaveProperty('total_amount', expect.any(Number));
});

it('malformed_record: waits for a page that has a record', async () => {
  await driver.fault('t', { kind: 'malformed_record' });
  await get(`invoices?updated_since=${new Date().toISOString()}`);
  await get('invoices/inv_1');
  const page = await driver.list(token, 'invoices');
  expect(page.records.filter((one) => typeof one.total_amount === 'object')).toHaveLength(1);
});

it('expire_cursor: kills the cursor of the request and all given out before', async () => {
  const { next_cursor } = await driver.list(token, 'invoices');
  await driver.fault('t', { kind: 'expire_cursor' });
  expect((await get('invoices')).status).toBe(200);
  const killed = await get(`invoices?cursor=${next_cursor}`);
  expect(killed).toMatchObject({ status: 410, body: { error: 'cursor_expired' } });
  expect((await get(`invoices?cursor=${next_cursor}`)).status).toBe(410);
  expect(idsOf(await driver.pages(token, 'invoices'))).toEqual(ALL);
});

it.each([
  [0, 1],
  [1, 1],
  [3, 1],
  [0, 0],
])(
  'shuffle after %i requests, %i times: rows are missed, the listing still ends',
  async (after_requests, times) => {
    await driver.fault('t', { kind: 'shuffle', after_requests, times });
    const pages = await driver.pages(token, 'invoices');
    expect(pages.at(-1)).toMatchObject({ has_more: false, next_cursor: null });
    const seen = idsOf(pages);
    expect(new Set(seen).size).toBeLessThan(20);
    expect(ALL).toEqual(expect.arrayContaining(seen));
    expect(seen).not.toEqual([...seen].sort());
    await driver.control('DELETE', 't', '/faults');
    expect(idsOf(await driver.pages(token, 'invoices'))).toEqual(ALL);
  },
);

it('expire_token: ends the access tokens issued so far; a refresh mends it', async () => {
  const { refresh_token } = await driver.grant('t');
  await driver.fault('t', { kind: 'expire_token', after_requests: 1 });
  expect(await statuses(3)).toEqual([200, 401, 401]);
  expect((await get()).body).toEqual({ error: 'token_expired' });
  const body = { grant_type: 'refresh_token', refresh_token };
  const refreshed = await driver.call('POST', '/oauth/token', { body });
  token = Object(refreshed.body).access_token;
  expect(await statuses(2)).toEqual([200, 200]);
});

it('revoke_token: refuses every token and grant while it stands; old tokens stay dead', async () => {
  const { refresh_token } = await driver.grant('t');
  const refresh = { body: { grant_type: 'refresh_token', refresh_token } };
  const grant = { body: { grant_type: 'sandbox_tenant', tenant_id: 't' } };
  await driver.fault('t', { kind: 'revoke_token', after_requests: 1 });
  expect(await statuses(3)).toEqual([200, 401, 401]);
  const refused = { status: 400, body: { error: 'invalid_grant' } };
  expect(await driver.call('POST', '/oauth/token', refresh)).toMatchObject(refused);
  expect(await driver.call('POST', '/oauth/token', grant)).toMatchObject(refused);
  await driver.control('DELETE', 't', '/faults');
  expect(await statuses(1)).toEqual([401]);
  expect(await driver.call('POST', '/oauth/token', refresh)).toMatchObject(refused);
  token = (await driver.grant('t')).access_token;
  expect(await statuses(1)).toEqual([200]);
});

it('revoke_token: works from the moment it is set where it waits for no request', async () => {
  const { refresh_token } = await driver.grant('t');
  await driver.fault('t', { kind: 'revoke_token' });
  const body = { grant_type: 'refresh_token', refresh_token };
  expect((await driver.call('POST', '/oauth/token', { body })).status).toBe(400);
  expect(await statuses(2)).toEqual([401, 401]);
});
