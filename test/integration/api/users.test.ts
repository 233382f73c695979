import { startApi, type TestApi, type TestOrganisation } from '../../support/api';
import {
  addUser,
  type Browser,
  browserOf,
  openBrowser,
  PASSWORD,
  signIn,
} from '../../support/sign-in';

describe('users', () => {
  let api: TestApi;
  let organisation: TestOrganisation;
  let admin: Browser;

  beforeAll(async () => {
    api = await startApi();
    organisation = await api.organisation('Acme');
    admin = await openBrowser(api, organisation.id, 'admin');
  });
  afterAll(() => api.close());

  const isSignedIn = async (browser: Browser) =>
    (await browser.call('GET', '/v3/core/companies')).status === 200;

  it('are added with a password made for them, shown once', async () => {
    const answer = await admin.call('POST', '/v3/core/users', {
      body: { email: ' Ann@Example.com', role: 'member' },
    });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({
      rootfi_id: expect.any(Number),
      rootfi_created_at: expect.any(String),
      rootfi_updated_at: expect.any(String),
      email: 'ann@example.com',
      name: 'ann@example.com',
      role: 'member',
      last_sign_in_at: null,
    });
    expect(answer.body.password).toMatch(/^[\w-]{20}$/);
    const signedIn = await signIn(api, 'ann@example.com', answer.body.password);
    expect(signedIn.status).toBe(200);
    const { body } = await admin.call('GET', '/v3/core/users');
    expect(body.data.map((user: { email: string }) => user.email)).toContain('ann@example.com');
    expect(JSON.stringify(body)).not.toMatch(/scrypt|password/);
  });

  it('are added with a password of the admin’s choice, once for each e-mail address', async () => {
    const add = (email: string) =>
      admin.call('POST', '/v3/core/users', {
        body: { email, role: 'read-only', name: 'Ben', password: 'of my own choice' },
      });
    const answer = await add('ben@example.com');
    expect([answer.body.data.name, answer.body.password]).toEqual(['Ben', null]);
    expect((await signIn(api, 'ben@example.com', 'of my own choice')).status).toBe(200);
    const twice = await add('BEN@example.com');
    expect(twice.status).toBe(409);
    expect(twice.body.error).toMatchObject({ code: 'conflict', field: 'email' });
  });

  it('are signed out when their role or password changes, or they are removed', async () => {
    const changes: [string, object | null][] = [
      ['PUT', { role: 'read-only' }],
      ['PUT', { password: 'another long one' }],
      ['DELETE', null],
    ];
    for (const [method, body] of changes) {
      const browser = await openBrowser(api, organisation.id, 'member');
      const path = `/v3/core/users/${browser.userId}`;
      const renamed = await admin.call('PUT', path, { body: { name: 'Cleo', role: 'member' } });
      expect([renamed.body.data.name, await isSignedIn(browser)]).toEqual(['Cleo', true]);
      await admin.call(method, path, body === null ? {} : { body });
      expect([method, body, await isSignedIn(browser)]).toEqual([method, body, false]);
    }
  });

  it('always hold an admin, even where two lower one another at once', async () => {
    const other = await api.organisation('Other');
    const one = await openBrowser(api, other.id, 'admin');
    for (const change of [
      one.call('PUT', `/v3/core/users/${one.userId}`, { body: { role: 'member' } }),
      one.call('DELETE', `/v3/core/users/${one.userId}`),
    ]) {
      const refused = await change;
      expect([refused.status, refused.body.error.code]).toEqual([409, 'conflict']);
    }
    const two = await openBrowser(api, other.id, 'admin');
    const answers = await Promise.all([
      one.call('PUT', `/v3/core/users/${two.userId}`, { body: { role: 'member' } }),
      two.call('PUT', `/v3/core/users/${one.userId}`, { body: { role: 'member' } }),
    ]);
    // Whoever comes second may find their own session ended.
    expect(answers.map((each) => each.status).filter((status) => status === 200).length).toBe(1);
    const admins = await api.database.db.prisma.user.count({
      where: { organisationId: other.id, role: 'admin' },
    });
    expect(admins).toBe(1);
  });

  it('are known to their own organisation alone', async () => {
    const other = await api.organisation('Elsewhere');
    const stranger = await openBrowser(api, other.id, 'admin');
    const { body } = await stranger.call('GET', '/v3/core/users');
    expect(body.data.map((user: { rootfi_id: number }) => user.rootfi_id)).toEqual([
      Number(stranger.userId),
    ]);
    const path = `/v3/core/users/${admin.userId}`;
    expect((await stranger.call('PUT', path, { body: { name: 'X' } })).status).toBe(404);
    expect((await stranger.call('DELETE', path)).status).toBe(404);
  });

  it('whose password changed while it was compared do not get in', async () => {
    const user = await addUser(api, organisation.id, 'member');
    const trying = signIn(api, user.email);
    await admin.call('PUT', `/v3/core/users/${user.id}`, {
      body: { password: 'another long one' },
    });
    const answer = await trying;
    if (answer.status === 200) {
      expect(await isSignedIn(browserOf(api, user.id, answer))).toBe(false);
    } else {
      expect(answer.status).toBe(401);
    }
    expect((await signIn(api, user.email, PASSWORD)).status).toBe(401);
  });
});

describe('API keys', () => {
  let api: TestApi;
  let organisation: TestOrganisation;
  let admin: Browser;

  beforeAll(async () => {
    api = await startApi();
    organisation = await api.organisation('Acme');
    admin = await openBrowser(api, organisation.id, 'admin');
  });
  afterAll(() => api.close());

  const use = (key: string) =>
    organisation.call('GET', '/v3/core/companies', { headers: { api_key: key } });

  it('are made, shown once, used, listed, and revoked at once', async () => {
    const made = await admin.call('POST', '/v3/core/api_keys', { body: { name: 'Billing' } });
    expect(made.body).toEqual({
      data: {
        rootfi_id: expect.any(Number),
        rootfi_created_at: expect.any(String),
        name: 'Billing',
        prefix: made.body.key.slice(0, 8),
        last_used_at: null,
        revoked_at: null,
      },
      key: expect.stringMatching(/^sl_[\w-]{43}$/),
    });
    const { key, data } = made.body;
    expect((await use(key)).status).toBe(200);
    const listed = await admin.call('GET', '/v3/core/api_keys');
    expect(listed.body.data.map((each: { name: string }) => each.name)).toEqual([
      'Billing',
      'Test',
    ]);
    expect(JSON.stringify(listed.body)).not.toContain(key);
    const path = `/v3/core/api_keys/${data.rootfi_id}`;
    expect((await admin.call('DELETE', path)).body).toEqual({ status: 'success' });
    expect((await use(key)).status).toBe(401);
    const revokedAt = async () =>
      (await admin.call('GET', '/v3/core/api_keys')).body.data[0].revoked_at;
    const at = await revokedAt();
    await admin.call('DELETE', path);
    expect([at, await revokedAt()]).toEqual([expect.any(String), at]);
  });

  it('are known to their own organisation alone', async () => {
    const other = await api.organisation('Elsewhere');
    const stranger = await openBrowser(api, other.id, 'admin');
    const { body } = await admin.call('GET', '/v3/core/api_keys');
    const id = body.data.find((each: { name: string }) => each.name === 'Test').rootfi_id;
    expect((await stranger.call('DELETE', `/v3/core/api_keys/${id}`)).status).toBe(404);
    expect((await use(organisation.apiKey)).status).toBe(200);
    expect((await stranger.call('GET', '/v3/core/api_keys')).body.data.length).toBe(1);
  });
});
