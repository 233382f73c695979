import { request } from 'node:http';
import { exchangeFrom } from '../../support/exchange';
import { call, startApi, type TestApi, type TestOrganisation } from '../../support/api';
import { addUser, browserOf, cookieOf, openBrowser, PASSWORD, signIn } from '../../support/sign-in';

describe('sessions', () => {
  let api: TestApi;
  let organisation: TestOrganisation;

  beforeAll(async () => {
    api = await startApi();
    organisation = await api.organisation('Acme');
  });
  afterAll(() => api.close());

  const session = (cookie: string) =>
    call(api.url, 'GET', '/v3/core/session', { headers: { cookie } });

  it('sign in with an e-mail address in any case and a password, by a cookie no script can read', async () => {
    const user = await addUser(api, organisation.id, 'member');
    const answer = await signIn(api, ` ${user.email.toUpperCase()} `);
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({
      user: { rootfi_id: Number(user.id), email: user.email, role: 'member' },
      organisation: { name: 'Acme' },
      csrf_token: expect.stringMatching(/^[\w-]{43}$/),
      temporal_namespace: 'default',
      temporal_ui_url: null,
      public_url: api.url,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    const attributes = (answer.headers.get('set-cookie') ?? '').split('; ');
    expect(attributes).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^syncline_session=[\w-]{43}$/),
        'HttpOnly',
        'SameSite=Lax',
        'Path=/',
        // A week, less the moment until it was read back.
        expect.stringMatching(/^Max-Age=60(4800|479\d)$/),
      ]),
    );
    expect(attributes).not.toContain('Secure');
    const known = await session(cookieOf(answer) ?? '');
    expect(known.body).toEqual({
      data: {
        ...answer.body.data,
        user: { ...answer.body.data.user, last_sign_in_at: expect.any(String) },
      },
      local_sign_in: false,
    });
    expect((await call(api.url, 'GET', '/v3/core/session')).body.data).toBeNull();
  });

  it('keep only hashes', async () => {
    const browser = await openBrowser(api, organisation.id, 'member');
    const token = browser.cookie.split('=')[1] ?? '';
    const { prisma } = api.database.db;
    const stored = await prisma.session.findFirstOrThrow({ where: { userId: browser.userId } });
    expect(JSON.stringify({ ...stored, id: 0, userId: 0 })).not.toContain(token);
    const { passwordHash } = await prisma.user.findFirstOrThrow({ where: { id: browser.userId } });
    expect(passwordHash).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  });

  it('say the same, in about the same time, to who is unknown and whose password is wrong', async () => {
    const user = await addUser(api, organisation.id, 'member');
    await signIn(api, user.email, 'wrong, to warm up');
    const timed = async (email: string) => {
      const from = performance.now();
      const { status, body } = await signIn(api, email, 'not the password');
      const { request_id: _, ...error } = body.error;
      return { status, error, ms: performance.now() - from };
    };
    const known = await timed(user.email);
    const unknown = await timed('nobody@example.com');
    expect(known.status).toBe(401);
    expect(known.error).toMatchObject({ code: 'unauthorized', field: '' });
    expect(unknown.error).toEqual(known.error);
    expect(unknown.ms).toBeGreaterThan(known.ms / 4);
  });

  it('need their token for every change, and refuse other sites’ pages', async () => {
    const browser = await openBrowser(api, organisation.id, 'admin');
    const change = (headers: Record<string, string>) =>
      call(api.url, 'DELETE', '/v3/core/session', {
        headers: { cookie: browser.cookie, ...headers },
      });
    for (const headers of [{}, { 'x-csrf-token': '' }, { 'x-csrf-token': 'x'.repeat(43) }]) {
      const refused = await change(headers);
      expect(refused.status).toBe(403);
      expect(refused.body.error).toMatchObject({ code: 'operation-denied', field: 'x-csrf-token' });
    }
    const other = await openBrowser(api, organisation.id, 'admin');
    expect((await change({ 'x-csrf-token': other.csrfToken })).status).toBe(403);
    const forged = { 'sec-fetch-site': 'cross-site' };
    expect((await browser.call('DELETE', '/v3/core/session', { headers: forged })).status).toBe(
      403,
    );
    expect((await browser.call('GET', '/v3/core/companies', { headers: forged })).status).toBe(403);
    expect((await signIn(api, 'a@example.com', 'x', forged)).status).toBe(403);
    // Reading needs no token.
    const read = await call(api.url, 'GET', '/v3/core/companies', {
      headers: { cookie: browser.cookie },
    });
    expect([read.status, read.headers.get('ratelimit-limit')]).toEqual([200, '100000']);
  });

  it('stand behind a key that was sent too', async () => {
    const browser = await openBrowser(api, organisation.id, 'read-only');
    const both = { cookie: browser.cookie, api_key: organisation.apiKey };
    const answer = await call(api.url, 'POST', '/v3/core/syncs', { headers: both, body: {} });
    expect(answer.status).toBe(400);
    const bad = { cookie: browser.cookie, api_key: 'sl_wrong' };
    expect((await call(api.url, 'GET', '/v3/core/companies', { headers: bad })).status).toBe(401);
  });

  it('end when signed out', async () => {
    const browser = await openBrowser(api, organisation.id, 'read-only');
    const out = await browser.call('DELETE', '/v3/core/session');
    expect(out.body).toEqual({ status: 'success' });
    expect(out.headers.get('set-cookie')).toMatch(
      /^syncline_session=; Path=\/; Expires=Thu, 01 Jan 1970/,
    );
    const after = await browser.call('GET', '/v3/core/companies');
    expect([after.status, after.body.error.code]).toEqual([401, 'unauthorized']);
    expect((await session(browser.cookie)).body.data).toBeNull();
  });

  it('end by themselves, and live on where they are used', async () => {
    const { prisma } = api.database.db;
    const browser = await openBrowser(api, organisation.id, 'member');
    const where = { userId: browser.userId };
    const expiresIn = (ms: number) =>
      prisma.session.updateMany({ where, data: { expiresAt: new Date(Date.now() + ms) } });
    const DAY = 86_400_000;
    // Just begun: nothing to prolong.
    expect(cookieOf(await browser.call('GET', '/v3/core/companies'))).toBeNull();
    await expiresIn(2 * DAY);
    expect(cookieOf(await browser.call('GET', '/v3/core/companies'))).toBe(browser.cookie);
    const { expiresAt } = await prisma.session.findFirstOrThrow({ where });
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 6.9 * DAY);
    // Thirty days after its beginning it ends, however much it is used.
    await prisma.session.updateMany({
      where,
      data: { createdAt: new Date(Date.now() - 29 * DAY) },
    });
    await expiresIn(DAY / 2);
    await browser.call('GET', '/v3/core/companies');
    const last = await prisma.session.findFirstOrThrow({ where });
    expect(last.expiresAt.getTime()).toBeLessThan(Date.now() + 1.1 * DAY);
    await expiresIn(-1_000);
    expect((await browser.call('GET', '/v3/core/companies')).status).toBe(401);
    // The next sign-in sweeps it out.
    await openBrowser(api, organisation.id, 'member');
    expect(await prisma.session.count({ where })).toBe(0);
  });

  it('are replaced when the same browser signs in again', async () => {
    const user = await addUser(api, organisation.id, 'member');
    const first = browserOf(api, user.id, await signIn(api, user.email));
    await signIn(api, user.email, PASSWORD, { cookie: first.cookie });
    expect((await first.call('GET', '/v3/core/companies')).status).toBe(401);
  });

  it('of others end when the password is changed', async () => {
    const user = await addUser(api, organisation.id, 'read-only');
    const here = browserOf(api, user.id, await signIn(api, user.email));
    const elsewhere = browserOf(api, user.id, await signIn(api, user.email));
    const put = (current_password: string, new_password: string) =>
      here.call('PUT', '/v3/core/session/password', { body: { current_password, new_password } });
    expect((await put('wrong', 'another long one')).body.error).toMatchObject({
      code: 'invalid-params',
      field: 'current_password',
    });
    expect((await put(PASSWORD, 'too short')).body.error.field).toBe('new_password');
    expect((await put(PASSWORD, 'another long one')).body).toEqual({ status: 'success' });
    expect((await here.call('GET', '/v3/core/companies')).status).toBe(200);
    expect((await elsewhere.call('GET', '/v3/core/companies')).status).toBe(401);
    expect((await signIn(api, user.email)).status).toBe(401);
    expect((await signIn(api, user.email, 'another long one')).status).toBe(200);
  });

  it('are for people: a key has none', async () => {
    const answer = await organisation.call('DELETE', '/v3/core/session');
    expect([answer.status, answer.body.error.code]).toEqual([403, 'operation-denied']);
  });
});

describe('tries to sign in', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi({
      change: (deps) => ({ ...deps, config: { ...deps.config, trustedProxies: ['loopback'] } }),
    });
  });
  afterAll(() => api.close());

  it('are few for one e-mail address, wherever they come from', async () => {
    const user = await addUser(api, 1n, 'member');
    const from = (address: string) => ({ 'x-forwarded-for': address });
    // Comparing passwords takes a while by design: nine are counted without it.
    for (let count = 1; count <= 9; count += 1) {
      const place = exchangeFrom(`198.51.100.${count}`);
      await api.deps.signInLimit.succeeds(place, user.email, async () => false);
    }
    const tenth = await signIn(api, user.email, 'wrong', from('198.51.100.10'));
    expect(tenth.status).toBe(401);
    const refused = await signIn(api, user.email, PASSWORD, from('198.51.100.11'));
    expect(refused.status).toBe(429);
    expect(refused.body.error).toMatchObject({ code: 'rate-limited', field: '' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
  });
});

describe('one click on localhost', () => {
  let api: TestApi;
  let admin: bigint;

  beforeAll(async () => {
    api = await startApi({
      change: (deps) => ({ ...deps, config: { ...deps.config, localSignIn: true } }),
    });
    const organisation = await api.organisation();
    await addUser(api, organisation.id, 'member');
    admin = (await addUser(api, organisation.id, 'admin')).id;
  });
  afterAll(() => api.close());

  /** `fetch` does not let its caller say which host was meant. */
  function click(headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', headers };
      request(`${api.url}/v3/core/session/local`, options, (answer) => {
        let text = '';
        answer.on('data', (part) => (text += String(part)));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      })
        .on('error', reject)
        .end();
    });
  }

  it('signs in the admin', async () => {
    const known = await call(api.url, 'GET', '/v3/core/session');
    expect(known.body.local_sign_in).toBe(true);
    const answer = await click({ 'sec-fetch-site': 'same-origin', origin: api.url });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text).data.user.rootfi_id).toBe(Number(admin));
    for (const host of ['localhost', 'localhost:3000', '[::1]:3000', '127.0.0.1']) {
      expect([host, (await click({ host })).status]).toEqual([host, 200]);
    }
  });

  it.each([
    ['another host name', { host: 'evil.example' }],
    ['a host name that starts like ours', { host: 'localhost.evil.example:3000' }],
    ['no host name that can be read', { host: 'local host' }],
    ['a proxy', { 'x-forwarded-for': '198.51.100.1' }],
    ['a tunnel', { 'x-forwarded-host': 'tunnel.example' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
  ])('refuses %s', async (_what, headers) => {
    const answer = await click(headers);
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([403, 'operation-denied']);
  });

  it('is off unless the installation says so', async () => {
    const closed = await startApi();
    try {
      expect((await call(closed.url, 'POST', '/v3/core/session/local')).status).toBe(403);
    } finally {
      await closed.close();
    }
  });
});
