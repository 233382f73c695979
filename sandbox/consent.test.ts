import { createHash, randomBytes } from 'node:crypto';
import { type Sandbox, startSandbox } from './server';

const REDIRECT = 'http://127.0.0.1:9/callback?fixed=1';
const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

const ASK = {
  response_type: 'code',
  client_id: 'an app <b>',
  redirect_uri: REDIRECT,
  state: 'their state',
  scope: 'invoices.read invoices.write',
  code_challenge: challenge,
  code_challenge_method: 'S256',
};

describe('the consent pages', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, host: '127.0.0.1', home: null });
    await fetch(`${sandbox.url}/_control/tenants`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tenant_id: 'acme' }),
    });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => sandbox.close());

  async function ask(change: Partial<typeof ASK> = {}) {
    const query = new URLSearchParams({ ...ASK, ...change });
    return seen(await fetch(`${sandbox.url}/oauth/authorize?${query}`, { redirect: 'manual' }));
  }

  async function submit(step: string, fields: Record<string, string>) {
    return seen(
      await fetch(`${sandbox.url}/oauth/authorize/${step}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        redirect: 'manual',
      }),
    );
  }

  async function seen(answer: Response) {
    const html = await answer.text();
    const location = answer.headers.get('location');
    return {
      status: answer.status,
      html,
      headers: answer.headers,
      ticket: /name="ticket" value="([\w-]+)"/.exec(html)?.[1] ?? '',
      sentBack: location === null ? null : Object.fromEntries(new URL(location).searchParams),
    };
  }

  async function allowed() {
    const { ticket } = await ask();
    const consent = await submit('sign-in', { ticket, tenant_id: 'acme', password: 'sandbox' });
    const { sentBack } = await submit('decision', { ticket: consent.ticket, decision: 'allow' });
    return sentBack?.['code'] ?? '';
  }

  async function trade(code: string, change: Record<string, string> = {}) {
    const answer = await fetch(`${sandbox.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: ASK.client_id,
        redirect_uri: REDIRECT,
        code_verifier: verifier,
        code,
        ...change,
      }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  it('sign a customer in, show what is asked for, and give a code that is good once', async () => {
    const signIn = await ask();
    expect([signIn.status, signIn.html]).toEqual([
      200,
      expect.stringContaining('an app &#60;b&#62;'),
    ]);
    expect(signIn.headers.get('content-security-policy')).toContain("default-src 'none'");
    const consent = await submit('sign-in', {
      ticket: signIn.ticket,
      tenant_id: 'acme',
      password: 'sandbox',
    });
    expect(consent.html).toContain('<li>See invoices</li>');
    expect(consent.html).toContain('<li>Create and change invoices</li>');
    const { status, sentBack } = await submit('decision', {
      ticket: consent.ticket,
      decision: 'allow',
    });
    expect([status, sentBack]).toEqual([
      303,
      { fixed: '1', state: 'their state', code: expect.stringMatching(/^[\w-]{32}$/) },
    ]);
    const code = sentBack?.['code'] ?? '';
    const tokens = await trade(code);
    expect(tokens).toMatchObject({ status: 200, body: { tenant_id: 'acme', expires_in: 1_800 } });
    const account = await fetch(`${sandbox.url}/api/v1/account`, {
      headers: { authorization: `Bearer ${tokens.body['access_token']}` },
    });
    expect(account.status).toBe(200);
    expect(await trade(code)).toEqual({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('let nobody in with a wrong password, or for an account that is not there', async () => {
    let { ticket } = await ask();
    for (const given of [
      { tenant_id: 'acme', password: 'wrong' },
      { tenant_id: 'nobody', password: 'sandbox' },
    ]) {
      const answer = await submit('sign-in', { ticket, ...given });
      expect([answer.status, answer.html]).toEqual([
        403,
        expect.stringContaining('no tenant with this name and password'),
      ]);
      ticket = answer.ticket;
    }
    const consent = await submit('sign-in', { ticket, tenant_id: 'acme', password: 'sandbox' });
    expect(consent.html).toContain('Allow');
  });

  it('tell the app when the customer cancels or denies', async () => {
    const cancelled = await submit('sign-in', { ticket: (await ask()).ticket, cancel: 'yes' });
    const { ticket } = await submit('sign-in', {
      ticket: (await ask()).ticket,
      tenant_id: 'acme',
      password: 'sandbox',
    });
    const denied = await submit('decision', { ticket, decision: 'deny' });
    for (const { sentBack } of [cancelled, denied]) {
      expect(sentBack).toEqual({ fixed: '1', state: 'their state', error: 'access_denied' });
    }
    const again = await submit('decision', { ticket, decision: 'allow' });
    expect([again.status, again.sentBack]).toEqual([400, null]);
  });

  it.each([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ code_challenge: '' }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ scope: '' }, 'invalid_scope'],
    [{ scope: 'invoices.read constructor.read' }, 'invalid_scope'],
  ])('refuse %j and tell the app', async (change, error) => {
    expect((await ask(change)).sentBack).toEqual({ fixed: '1', state: 'their state', error });
  });

  it.each([{ client_id: '' }, { redirect_uri: '' }, { redirect_uri: 'javascript:alert(1)' }])(
    'send nobody back for %j',
    async (change) => {
      const answer = await ask(change);
      expect([answer.status, answer.sentBack]).toEqual([400, null]);
    },
  );

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another address', { redirect_uri: 'http://127.0.0.1:9/elsewhere' }],
    ['another app', { client_id: 'another' }],
  ])(
    'give no tokens for a code with %s, and none for that code after it',
    async (_what, change) => {
      const code = await allowed();
      for (const attempt of [change, {}]) {
        expect(await trade(code, attempt)).toEqual({
          status: 400,
          body: { error: 'invalid_grant' },
        });
      }
    },
  );

  it('give no tokens for a code of a minute ago', async () => {
    const code = await allowed();
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + 60_001);
    expect((await trade(code)).body).toEqual({ error: 'invalid_grant' });
  });
});
