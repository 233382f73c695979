import { createPlatforms } from '../../../api/platforms';
import { CONNECTORS } from '../../../connectors/registry';
import { rootfiSandbox } from '../../../connectors/rootfi-sandbox/connector';
import { prune } from '../../../store/repair';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';
import { consentAt, Visitor } from '../../support/consent';
import { tablePrints } from '../../support/table-prints';
import { variant } from '../../support/variants';

const SANDBOX = 'ROOTFI_SANDBOX';
/** The sandbox again, as a platform that customers connect by a form. */
const FORM = 'FORM_BOOKS';

function formPlatform() {
  const { oauth, ...auth } = rootfiSandbox.auth;
  const field = {
    name: 'tenant_id',
    label: 'Account',
    type: 'text',
    required: true,
    help: null,
  } as const;
  return { ...variant(FORM, { connector: { name: 'Form Books', fields: [field] } }), auth };
}

describe('connecting through an invite link', () => {
  let api: TestApi;
  let caller: TestOrganisation;
  let count = 0;
  beforeAll(async () => {
    const settings = { sandboxUrl: '' };
    api = await startApi({
      change: (deps) => ({
        ...deps,
        platforms: createPlatforms([...CONNECTORS, formPlatform()], settings, {
          allowPrivateTargets: true,
          logger: deps.logger,
        }),
      }),
    });
    settings.sandboxUrl = api.sandbox.url;
    caller = await api.organisation('Makers Ltd');
  });
  afterAll(() => api.close());

  async function tenant(): Promise<string> {
    count += 1;
    const id = `customer-${count}`;
    await api.sandbox.createTenant(id, {});
    return id;
  }

  async function makeLink(change: object = {}): Promise<string> {
    const { body } = await caller.call('POST', '/v3/core/invite_links', {
      body: { company_name: 'Acme', integration_categories: ['ACCOUNTING'], ...change },
    });
    return body.data.invite_link_id;
  }

  const visitor = () => new Visitor(api.url);
  const page = (link: string) => visitor().ask('GET', `/v3/connect/${link}`);
  const linkOf = async (link: string) =>
    (await caller.call('GET', `/v3/core/invite_links/${link}`)).body.data;

  /** Sends a browser to the consent page; answers where it is sent. */
  async function begin(browser: Visitor, link: string, change: object = {}): Promise<string> {
    const { status, body } = await browser.ask('POST', `/v3/connect/${link}/oauth`, {
      integration_type: SANDBOX,
      ...change,
    });
    expect([status, body.error]).toEqual([200, undefined]);
    return body.data.authorize_url;
  }

  /** What the page is told after the way back. */
  async function back(browser: Visitor, url: string) {
    const { status, location } = await browser.ask('GET', url);
    expect(status).toBe(303);
    const { pathname, searchParams, origin } = new URL(location ?? '');
    expect(origin).toBe(api.url);
    return { pathname, ...Object.fromEntries(searchParams) };
  }

  async function connectBy(link: string, tenantId: string) {
    const browser = visitor();
    return back(browser, await consentAt(await begin(browser, link), { tenant: tenantId }));
  }

  /** Everything that connecting could have written. */
  async function stored() {
    const { oauth_states, api_keys, ...rest } = await tablePrints(api.database.db);
    return rest;
  }

  async function setStatus(link: string, status: string): Promise<number> {
    const { connections } = await linkOf(link);
    const id: number = connections[0].rootfi_id;
    await api.database.db.prisma.connection.update({ where: { id: BigInt(id) }, data: { status } });
    return id;
  }

  it('tells what the link is for, and what will be asked for in plain words', async () => {
    const link = await makeLink({
      integrations: [SANDBOX, FORM],
      sync_config: [
        { data_model: 'INVOICES', scope_access: { READ: true, CREATE: true } },
        { data_model: 'ITEMS', enabled: false },
      ],
    });
    const { status, body } = await page(link);
    expect([status, body.data]).toEqual([
      200,
      {
        invite_link_id: link,
        url: `${api.url}/connect/${link}`,
        organisation_name: 'Makers Ltd',
        company_name: 'Acme',
        status: 'OPEN',
        reconnects: null,
        platforms: [
          {
            integration_type: SANDBOX,
            name: 'Sandbox Accounting',
            category: 'ACCOUNTING',
            auth: 'oauth',
            fields: [],
            scopes: [
              {
                data_model: 'INVOICES',
                access: ['READ', 'CREATE'],
                words: 'Read and create your invoices',
              },
            ],
          },
          expect.objectContaining({
            integration_type: FORM,
            auth: 'credentials',
            fields: [
              { name: 'tenant_id', label: 'Account', type: 'text', required: true, help: null },
            ],
          }),
        ],
      },
    ]);
  });

  it('connects by consent: names the company, gives its own sync config, and shows how far it is', async () => {
    const link = await makeLink({
      company_name: undefined,
      sync_config: [{ data_model: 'INVOICES', frequency: 'HOURLY' }, { data_model: 'BILLS' }],
    });
    expect((await page(link)).body.data.company_name).toBeNull();
    const browser = visitor();
    const url = await begin(browser, link, { company_name: 'Named by its customer' });
    expect(new URL(url).searchParams.get('scope')).toBe('invoices.read bills.read');
    const told = await back(browser, await consentAt(url, { tenant: await tenant() }));
    expect(told).toEqual({
      pathname: `/connect/${link}`,
      result: 'connected',
      progress: expect.any(String),
      integration_type: SANDBOX,
    });
    expect(await linkOf(link)).toMatchObject({
      status: 'USED',
      company: { name: 'Named by its customer' },
      connections: [
        {
          integration_type: SANDBOX,
          status: 'HEALTHY',
          sync_config: [{ data_model: 'INVOICES', frequency: 'HOURLY' }, { data_model: 'BILLS' }],
        },
      ],
    });
    expect((await page(link)).body.data).toMatchObject({ status: 'USED', platforms: [] });
    const progress = await browser.ask(
      'GET',
      `/v3/connect/${link}/progress?token=${Reflect.get(told, 'progress')}`,
    );
    const waiting = { status: 'queued', records: 0, pages: 0, message: null };
    expect(progress.body.data).toEqual({
      integration_type: SANDBOX,
      connection_status: 'HEALTHY',
      done: false,
      failed: false,
      models: [
        { data_model: 'BILLS', ...waiting },
        { data_model: 'INVOICES', ...waiting },
      ],
    });
    expect(api.woken.at(-1)).toMatchObject({ message: { payload: { what: 'connected' } } });
  });

  it('connects by a form', async () => {
    const link = await makeLink({ integrations: [FORM] });
    const answer = await visitor().ask('POST', `/v3/connect/${link}/credentials`, {
      integration_type: FORM,
      credentials: { tenant_id: await tenant() },
    });
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { data: { status: 'CONNECTED', integration_type: FORM, progress_token: expect.any(String) } },
    ]);
    expect(await linkOf(link)).toMatchObject({
      status: 'USED',
      connections: [{ status: 'HEALTHY' }],
    });
  });

  it('follows the organisation where the link has no sync config for the platform', async () => {
    const link = await makeLink({ sync_config: [] });
    await connectBy(link, await tenant());
    const { connections, company } = await linkOf(link);
    const { body } = await caller.call('GET', `/v3/core/companies/${company.rootfi_id}`);
    expect(body.data.connections[0].follows_organisation).toBe(true);
    expect(connections[0].sync_config.length).toBeGreaterThan(2);
  });

  /** Browsers that have consented before any of them is back: what each is told, in the order of words. */
  async function comeBackTogether(link: string, accounts: readonly string[]) {
    const comers = await Promise.all(
      accounts.map(async (account) => {
        const browser = visitor();
        return { browser, url: await consentAt(await begin(browser, link), { tenant: account }) };
      }),
    );
    const told = await Promise.all(comers.map(({ browser, url }) => back(browser, url)));
    return told
      .map((each) => [Reflect.get(each, 'result'), Reflect.get(each, 'reason')].join(' '))
      .sort();
  }
  const ONCE = ['connected ', 'failed used', 'failed used'];

  it('connects once, however many come back at one instant', async () => {
    const link = await makeLink();
    const accounts = [await tenant(), await tenant(), await tenant()];
    expect(await comeBackTogether(link, accounts)).toEqual(ONCE);
    expect((await linkOf(link)).connections).toHaveLength(1);
  });

  it('reconnects once, however many come back at one instant', async () => {
    const link = await makeLink();
    const account = await tenant();
    await connectBy(link, account);
    await setStatus(link, 'EXPIRED');
    expect(await comeBackTogether(link, [account, account, account])).toEqual(ONCE);
  });

  it('does not offer what the company has', async () => {
    const link = await makeLink();
    await connectBy(link, await tenant());
    const { company } = await linkOf(link);
    const second = await makeLink({ company_name: undefined, company_id: company.rootfi_id });
    const offered = (await page(second)).body.data.platforms;
    expect(offered.map((each: { integration_type: string }) => each.integration_type)).toEqual([
      'TRYTON',
      FORM,
    ]);
  });

  it.each(['EXPIRED', 'DISCONNECTED', 'PENDING'])(
    'heals a connection that is %s through the same link, once',
    async (status) => {
      const link = await makeLink();
      const account = await tenant();
      await connectBy(link, account);
      const id = await setStatus(link, status);
      expect((await page(link)).body.data).toMatchObject({
        status: 'OPEN',
        company_name: 'Acme',
        reconnects: { integration_type: SANDBOX, name: 'Sandbox Accounting' },
        platforms: [{ integration_type: SANDBOX }],
      });
      expect(await connectBy(link, account)).toMatchObject({ result: 'connected' });
      expect(await linkOf(link)).toMatchObject({
        status: 'USED',
        connections: [{ rootfi_id: id, status: 'HEALTHY' }],
      });
      const again = await visitor().ask('POST', `/v3/connect/${link}/oauth`, {
        integration_type: SANDBOX,
      });
      expect([again.status, again.body.error.code]).toEqual([409, 'conflict']);
    },
  );

  it('heals a connection through a link made for it, and only with the same account', async () => {
    const first = await makeLink();
    const account = await tenant();
    await connectBy(first, account);
    const id = await setStatus(first, 'EXPIRED');
    const { body } = await caller.call('POST', `/v3/core/connections/${id}/reconnect_link`);
    const link: string = body.data.invite_link_id;
    const before = await stored();
    expect(await connectBy(link, await tenant())).toMatchObject({
      pathname: `/connect/${link}`,
      result: 'failed',
      reason: 'different-account',
    });
    expect(await stored()).toEqual(before);
    expect(await connectBy(link, account)).toMatchObject({ result: 'connected' });
    expect(await linkOf(link)).toMatchObject({
      status: 'USED',
      connections: [{ status: 'HEALTHY' }],
    });
    expect(await linkOf(first)).toMatchObject({ status: 'USED' });
  });

  describe('leaves nothing behind', () => {
    let before: Record<string, string>;
    beforeEach(async () => {
      before = await stored();
    });
    /** For tests that must prepare something first. */
    const settle = async () => {
      before = await stored();
    };
    afterEach(async () => expect(await stored()).toEqual(before));

    const CLOSED = [
      ['GET', ''],
      ['POST', '/credentials'],
      ['POST', '/oauth'],
      ['GET', '/progress?token=x'],
    ] as const;
    const body = { integration_type: SANDBOX, credentials: { tenant_id: 'x' } };

    it.each(['00000000-0000-4000-8000-000000000000', 'x', '1'])(
      'for the unknown link %s',
      async (link) => {
        for (const [method, path] of CLOSED) {
          const { credentials, ...rest } = body;
          const sent = { '/oauth': rest, '/credentials': body }[path as string];
          const answer = await visitor().ask(method, `/v3/connect/${link}${path}`, sent);
          expect([path, answer.status, answer.body.error.code, answer.body.error.field]).toEqual([
            path,
            404,
            'not-found',
            'invite_link_id',
          ]);
        }
      },
    );

    it('for a deleted link, and for one whose company was deleted', async () => {
      const deleted = await makeLink();
      const orphan = await makeLink();
      const { company } = await linkOf(orphan);
      const browser = visitor();
      const ways = [await begin(browser, deleted), await begin(browser, orphan)];
      await caller.call('DELETE', `/v3/core/invite_links/${deleted}`);
      await caller.call('DELETE', `/v3/core/companies/${company.rootfi_id}`);
      await settle();
      for (const [index, link] of [deleted, orphan].entries()) {
        expect((await page(link)).status).toBe(404);
        const url = await consentAt(ways[index] ?? '', { tenant: await tenant() });
        expect(await back(browser, url)).toEqual({ pathname: '/connect/error', reason: 'link' });
      }
    });

    it('for an expired link, also where it expires while the customer consents', async () => {
      const link = await makeLink();
      const browser = visitor();
      const url = await begin(browser, link);
      await api.database.db.prisma.inviteLink.update({
        where: { publicId: link },
        data: { expiresAt: new Date(Date.now() - 1_000) },
      });
      await settle();
      expect((await page(link)).body.data).toMatchObject({ status: 'EXPIRED', platforms: [] });
      const refused = await visitor().ask('POST', `/v3/connect/${link}/credentials`, body);
      expect([refused.status, refused.body.error]).toMatchObject([
        409,
        { code: 'conflict', field: 'invite_link_id', message: expect.stringContaining('expired') },
      ]);
      const told = await back(browser, await consentAt(url, { tenant: await tenant() }));
      expect(told).toMatchObject({ result: 'failed', reason: 'expired' });
    });

    it('for a used link, also where another browser was faster', async () => {
      const link = await makeLink();
      const slow = visitor();
      const url = await begin(slow, link);
      await connectBy(link, await tenant());
      await settle();
      const refused = await visitor().ask('POST', `/v3/connect/${link}/oauth`, {
        integration_type: SANDBOX,
      });
      expect([refused.status, refused.body.error.code]).toEqual([409, 'conflict']);
      const told = await back(slow, await consentAt(url, { tenant: await tenant() }));
      expect(told).toMatchObject({ result: 'failed', reason: 'used' });
    });

    it('for a forged, a replayed, an expired and another browser’s state', async () => {
      const link = await makeLink();
      const browser = visitor();
      const url = await consentAt(await begin(browser, link), { tenant: await tenant() });
      const forged = new URL(url);
      forged.searchParams.set('state', 'x'.repeat(43));
      const refused = { pathname: '/connect/error', reason: 'state' };
      await settle();
      expect(await back(browser, forged.href)).toEqual(refused);
      expect(await back(browser, `${api.url}/v3/connect/oauth/callback`)).toEqual(refused);
      expect(await back(browser, `${url}&state=twice`)).toEqual(refused);
      expect(await back(visitor(), url)).toEqual(refused);
      const stranger = visitor();
      await begin(stranger, link);
      expect(await back(stranger, url)).toEqual(refused);
      const { prisma } = api.database.db;
      await prisma.oauthState.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
      expect(await back(browser, url)).toEqual(refused);
    });

    it('for a state that was used already', async () => {
      const link = await makeLink();
      const browser = visitor();
      const url = await consentAt(await begin(browser, link), { tenant: await tenant() });
      expect(await back(browser, url)).toMatchObject({ result: 'connected' });
      await settle();
      expect(await back(browser, url)).toEqual({ pathname: '/connect/error', reason: 'state' });
    });

    it('for a state of another link: it leads to its own', async () => {
      const mine = await makeLink();
      const other = await makeLink();
      const browser = visitor();
      const url = await consentAt(await begin(browser, mine), { tenant: await tenant() });
      await begin(browser, other);
      expect((await back(browser, url)).pathname).toBe(`/connect/${mine}`);
      expect((await linkOf(other)).connections).toBeNull();
      await settle();
    });

    it('for a denied consent, and for a code that is none', async () => {
      const link = await makeLink();
      await settle();
      const browser = visitor();
      const denied = await consentAt(await begin(browser, link), {
        tenant: await tenant(),
        decision: 'deny',
      });
      expect(await back(browser, denied)).toMatchObject({
        pathname: `/connect/${link}`,
        result: 'denied',
      });
      for (const code of ['', 'no-code-of-theirs']) {
        const url = new URL(
          await consentAt(await begin(browser, link), { tenant: await tenant() }),
        );
        url.searchParams.set('code', code);
        const told = await back(browser, url.href);
        expect(told).toMatchObject({ result: 'failed', reason: 'platform-denied' });
      }
      expect((await page(link)).body.data.status).toBe('OPEN');
    });

    it('for a wrong password at the platform, or in the form', async () => {
      const link = await makeLink({ integrations: [SANDBOX, FORM] });
      await settle();
      const wrong = begin(visitor(), link).then((url) =>
        consentAt(url, { tenant: 'nobody', password: 'wrong' }),
      );
      await expect(wrong).rejects.toThrow('signs nobody in: 403');
      const answer = await visitor().ask('POST', `/v3/connect/${link}/credentials`, {
        integration_type: FORM,
        credentials: { tenant_id: 'nobody' },
      });
      expect([answer.status, answer.body.error]).toMatchObject([
        400,
        { code: 'platform-denied', field: 'credentials' },
      ]);
    });

    it('for what the link does not offer, or offers in another way', async () => {
      const link = await makeLink({ company_name: undefined, integrations: [SANDBOX, FORM] });
      await settle();
      const ask = (path: string, sent: object) =>
        visitor().ask('POST', `/v3/connect/${link}/${path}`, sent);
      const company_name = 'Acme';
      const credentials = { tenant_id: 'x' };
      for (const [path, sent, field] of [
        ['oauth', { integration_type: 'TRYTON', company_name }, 'integration_type'],
        ['oauth', { integration_type: FORM, company_name }, 'integration_type'],
        ['oauth', { integration_type: SANDBOX }, 'company_name'],
        [
          'credentials',
          { integration_type: SANDBOX, company_name, credentials },
          'integration_type',
        ],
        [
          'credentials',
          { integration_type: FORM, company_name, credentials: {} },
          'credentials.tenant_id',
        ],
      ] as const) {
        const answer = await ask(path, sent);
        expect([answer.status, answer.body.error.field]).toEqual([400, field]);
      }
    });
  });

  it('keeps neither the state nor the browser’s secret, and the verifier only sealed', async () => {
    const browser = visitor();
    const url = new URL(await begin(browser, await makeLink()));
    const rows = JSON.stringify(
      (await api.database.db.pool.query('SELECT o::text AS row FROM oauth_states o')).rows,
    );
    expect(rows).not.toContain(url.searchParams.get('state') ?? '');
    expect(rows).not.toContain(browser.cookies.split('=')[1] ?? '');
    const answer = await browser.ask('POST', `/v3/connect/${await makeLink()}/oauth`, {
      integration_type: SANDBOX,
    });
    expect(answer.headers.get('set-cookie')).toMatch(
      /^syncline_connect=[\w-]{43}; Max-Age=600; Path=\/v3\/connect; Expires=.*; HttpOnly; SameSite=Lax$/,
    );
  });

  it('forgets the states that nobody came back with', async () => {
    const { prisma } = api.database.db;
    await begin(visitor(), await makeLink());
    await prisma.oauthState.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
    await begin(visitor(), await makeLink());
    await prune(api.database.db, { quietDays: 7, allDays: 90, requestLogDays: 7 });
    expect(await prisma.oauthState.count()).toBe(1);
  });

  it('shows progress to the browser that has connected, and to no other', async () => {
    const link = await makeLink();
    const told = await connectBy(link, await tenant());
    const token: string = Reflect.get(told, 'progress');
    const other = await makeLink();
    for (const path of [
      `${link}/progress?token=${token.slice(0, -4)}AAAA`,
      `${other}/progress?token=${token}`,
    ]) {
      const answer = await visitor().ask('GET', `/v3/connect/${path}`);
      expect([answer.status, answer.body.error.field]).toEqual([404, 'token']);
    }
    const { prisma } = api.database.db;
    const id = BigInt((await linkOf(link)).connections[0].rootfi_id);
    await prisma.syncJob.updateMany({ where: { connectionId: id }, data: { state: 'RUNNING' } });
    await prisma.modelState.updateMany({
      where: { connectionId: id, dataModel: { not: 'INVOICES' } },
      data: { lastSuccessAt: new Date(Date.now() + 60_000), liveRecords: 7n },
    });
    await prisma.$executeRaw`
      INSERT INTO pulls (connection_id, data_model, kind, state, fence, lane, started_at, taken_at, fetched, pages)
      VALUES (${id}, 'INVOICES', 'backfill', 'RUNNING', 1, 'backfill', now(), now(), 300, 3)`;
    const look = async () =>
      (await visitor().ask('GET', `/v3/connect/${link}/progress?token=${token}`)).body.data;
    const now = await look();
    const invoices = (models: { data_model: string }[]) =>
      models.find((each) => each.data_model === 'INVOICES');
    expect(invoices(now.models)).toMatchObject({ status: 'running', records: 300, pages: 3 });
    expect(now.models.filter((each: { status: string }) => each.status === 'done')).toHaveLength(
      now.models.length - 1,
    );
    await prisma.pull.updateMany({
      where: { connectionId: id },
      data: { resumeAt: new Date(Date.now() + 60_000) },
    });
    expect(invoices((await look()).models)).toMatchObject({
      status: 'waiting',
      message: expect.stringContaining('slow down'),
    });
    await prisma.pull.updateMany({
      where: { connectionId: id },
      data: { state: 'FAILED', endedAt: new Date(Date.now() + 1_000) },
    });
    expect(await look()).toMatchObject({ done: true, failed: true });
  });
});
