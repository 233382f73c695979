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

function refresh(refresh_token: string) {
  const body = { grant_type: 'refresh_token', refresh_token };
  return driver.call('POST', '/oauth/token', { body });
}

function get(token: string, path = 'invoices') {
  return driver.call('GET', `/api/v1/${path}`, { token });
}

it('grants a pair for a tenant, from JSON or a form', async () => {
  const form = await fetch(`${sandbox.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'sandbox_tenant', tenant_id: 't' }),
  });
  expect(await form.json()).toEqual({
    access_token: expect.any(String),
    refresh_token: expect.any(String),
    expires_in: 1_800,
    tenant_id: 't',
    token_type: 'bearer',
  });
  expect((await get((await driver.grant('t')).access_token)).status).toBe(200);
});

it('rotates refresh tokens: each serves once, and a used one harms nothing', async () => {
  const first = await driver.grant('t');
  const second = Object((await refresh(first.refresh_token)).body);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect(await refresh(first.refresh_token)).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  });
  expect((await get(second.access_token)).status).toBe(200);
  expect((await get(first.access_token)).status).toBe(200);
  expect((await refresh(second.refresh_token)).status).toBe(200);
});

it('gives one of fifty simultaneous refreshes of one token a new pair', async () => {
  const { refresh_token } = await driver.grant('t');
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(refresh_token)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

it.each([
  [{ grant_type: 'sandbox_tenant', tenant_id: 'nobody' }, 'invalid_grant'],
  [{ grant_type: 'sandbox_tenant' }, 'invalid_grant'],
  [{ grant_type: 'refresh_token', refresh_token: 'rt_none' }, 'invalid_grant'],
  [{ grant_type: 'refresh_token' }, 'invalid_grant'],
  [{ grant_type: 'password' }, 'unsupported_grant_type'],
  [{}, 'invalid_request'],
])('refuses the grant %j', async (body, error) => {
  const answer = await driver.call('POST', '/oauth/token', { body });
  expect(answer).toMatchObject({ status: 400, body: { error } });
});

it('does not take an access token for a refresh token, nor the other way round', async () => {
  const pair = await driver.grant('t');
  expect((await refresh(pair.access_token)).status).toBe(400);
  expect((await get(pair.refresh_token)).status).toBe(401);
});

it('answers 401 without a token and with an unknown one', async () => {
  expect((await driver.call('GET', '/api/v1/invoices')).status).toBe(401);
  expect((await get('at_unknown')).body).toEqual({ error: 'invalid_token' });
});

it('revokes a whole grant by any token of it, and leaves other grants alone', async () => {
  const [one, other] = [await driver.grant('t'), await driver.grant('t')];
  const body = { token: one.access_token };
  expect((await driver.call('POST', '/oauth/revoke', { body })).status).toBe(200);
  expect((await get(one.access_token)).status).toBe(401);
  expect((await refresh(one.refresh_token)).status).toBe(400);
  expect((await get(other.access_token)).status).toBe(200);
  const unknown = { token: 'rt_unknown' };
  expect((await driver.call('POST', '/oauth/revoke', { body: unknown })).status).toBe(200);
});

it('neither limits nor logs token calls', async () => {
  await driver.control('PUT', 't', '/limits', { per_day: 1 });
  for (let n = 0; n < 3; n += 1) await driver.grant('t');
  expect((await driver.requests('t')).totals.count).toBe(0);
});

it('logs a request with a dead token, but counts it in no window', async () => {
  const { access_token } = await driver.grant('t');
  await driver.call('POST', '/oauth/revoke', { body: { token: access_token } });
  await driver.control('PUT', 't', '/limits', { per_day: 5 });
  const answer = await get(access_token);
  expect(answer.headers.get('x-ratelimit-day-remaining')).toBe('5');
  expect((await driver.requests('t')).totals.by_status).toEqual({ 401: 1 });
});

it('tells on every answer what is left, and answers 429 with Retry-After when nothing is', async () => {
  await driver.control('PUT', 't', '/limits', { per_minute: 2, per_day: 100, concurrent: 3 });
  const { access_token } = await driver.grant('t');
  const first = await get(access_token);
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'x-ratelimit-minute-limit': '2',
    'x-ratelimit-minute-remaining': '1',
    'x-ratelimit-minute-reset': '60',
    'x-ratelimit-day-limit': '100',
    'x-ratelimit-day-remaining': '99',
    'x-ratelimit-day-reset': '86400',
    'x-ratelimit-concurrent-limit': '3',
    'x-ratelimit-concurrent-remaining': '3',
  });
  expect(first.headers.get('x-ratelimit-hour-limit')).toBeNull();
  await get(access_token, 'account');
  const refused = await get(access_token);
  expect(refused).toMatchObject({ status: 429, body: { error: 'rate_limited', window: 'minute' } });
  const retryAfter = Number(refused.headers.get('retry-after'));
  expect(retryAfter).toBeGreaterThanOrEqual(58);
  expect(retryAfter).toBeLessThanOrEqual(60);
  expect(refused.headers.get('x-ratelimit-minute-remaining')).toBe('0');
  expect(refused.headers.get('x-ratelimit-day-remaining')).toBe('98');
  expect((await driver.requests('t')).totals).toMatchObject({ count: 3, rejected_429: 1 });
});

it('never lets more than its number run at once, and frees a place with the answer', async () => {
  await driver.createTenant({ tenant_id: 't', limits: { concurrent: 2 }, latency_ms: 100 });
  const { access_token } = await driver.grant('t');
  const crowd = await Promise.all([1, 2, 3, 4].map(() => get(access_token)));
  expect(crowd.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429]);
  const lane = async () => {
    for (let n = 0; n < 20; n += 1) expect((await get(access_token)).status).toBe(200);
  };
  await Promise.all([lane(), lane()]);
});
