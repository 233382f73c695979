import { RootFi } from 'rootfi-api';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';

const { RootfiSandbox: SANDBOX } = RootFi.IntegrationType;
const { Accounting } = RootFi.IntegrationCategory;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const DAY_MS = 86_400_000;

describe('invite links, through the published client', () => {
  let api: TestApi;
  let caller: TestOrganisation;
  beforeAll(async () => {
    api = await startApi();
    caller = await api.organisation();
  });
  afterAll(() => api.close());

  const links = (organisation = caller) => organisation.client.core.inviteLinks;
  const raw = async (link: { invite_link_id: string } | undefined, organisation = caller) =>
    (await organisation.call('GET', `/v3/core/invite_links/${link?.invite_link_id}`)).body.data;

  it('makes a link and its company, and gets both back', async () => {
    const { data } = await links().create({
      company_name: 'Acme',
      integrations: [SANDBOX],
      integration_categories: [Accounting],
      sync_config: [
        {
          data_model: RootFi.DataModels.Invoices,
          category: Accounting,
          enabled: true,
          frequency: RootFi.SyncFrequency.Weekly,
          interval: 2,
          scope_access: { READ: true, CREATE: true },
          sync_from: '2026-01-01T00:00:00Z',
        },
      ],
    });
    expect(data).toMatchObject({
      invite_link_id: expect.stringMatching(UUID),
      integrations: [SANDBOX],
      integration_categories: ['ACCOUNTING'],
      company: { name: 'Acme' },
      connections: null,
      url: `${api.url}/connect/${data?.invite_link_id}`,
      status: 'OPEN',
      sync_config: [{ data_model: 'INVOICES', frequency: 'WEEKLY', interval: 2 }],
    });
    expect(await links().get(data?.invite_link_id ?? '')).toEqual({ data });
    const { expires_at } = await raw(data);
    expect(Date.parse(expires_at) - Date.now()).toBeGreaterThan(29.9 * DAY_MS);
    const company = await caller.client.core.companies.get(data?.company.rootfi_id ?? 0);
    expect(company.data).toMatchObject({
      name: 'Acme',
      connections: [],
      invite_link: {
        rootfi_id: data?.rootfi_id,
        invite_link_id: data?.invite_link_id,
        integrations: [SANDBOX],
        integration_categories: ['ACCOUNTING'],
      },
    });
    expect(company.data?.activity_log?.map((entry) => entry.activity_type)).toEqual([
      'INVITE_LINK_CREATED',
      'COMPANY_CREATED',
    ]);
  });

  it('calls a company that nobody has named by a placeholder, and names it by an update', async () => {
    const { data } = await links().create({ integration_categories: [Accounting] });
    expect(data?.company.name).toBe('Unnamed company');
    const updated = await links().update(data?.invite_link_id ?? '', {
      integration_categories: [Accounting, RootFi.IntegrationCategory.Crm],
      company_name: 'Named',
    });
    expect(updated.data).toMatchObject({
      company: { name: 'Named' },
      integrations: [],
      integration_categories: ['ACCOUNTING', 'CRM'],
    });
    const forever = await caller.call('PUT', `/v3/core/invite_links/${data?.invite_link_id}`, {
      body: { integration_categories: ['ACCOUNTING'], expires_in_days: null },
    });
    expect(forever.body.data).toMatchObject({ expires_at: null, company: { name: 'Named' } });
  });

  it('lists newest first, page by page, by an opaque cursor or the last id as a number', async () => {
    const organisation = await api.organisation();
    for (const company_name of ['A', 'B', 'C']) {
      await links(organisation).create({ company_name, integration_categories: [Accounting] });
    }
    const names = (page: { data?: RootFi.core.InviteLinkData[] }) =>
      page.data?.map((link) => link.company.name);
    const first = await links(organisation).list({ limit: 2 });
    expect(names(first)).toEqual(['C', 'B']);
    expect(first.data?.[0]).not.toHaveProperty('connections');
    const byId = await links(organisation).list({ next: first.data?.[1]?.rootfi_id ?? 0 });
    expect(names(byId)).toEqual(['A']);
    const byCursor = await organisation.call('GET', `/v3/core/invite_links?next=${first.next}`);
    expect([names(byCursor.body), byCursor.body.next]).toEqual([['A'], undefined]);
    const expanded = await links(organisation).list({ expand: 'connections' });
    expect(expanded.data?.map((link) => link.connections)).toEqual([null, null, null]);
    const companies = await organisation.client.core.companies.list({ expand: 'invite_link' });
    expect(companies.data?.map((company) => company.invite_link?.invite_link_id)).toEqual(
      expanded.data?.map((link) => link.invite_link_id),
    );
    const bare = await organisation.client.core.companies.list({});
    expect(bare.data?.[0]).not.toHaveProperty('invite_link');
  });

  it('deletes a link, and keeps its company', async () => {
    const { data } = await links().create({ integration_categories: [Accounting] });
    const id = data?.invite_link_id ?? '';
    expect(await links().delete(id)).toEqual({ status: 'success' });
    await expect(links().get(id)).rejects.toBeInstanceOf(RootFi.RootFiApi404Error);
    expect((await caller.call('DELETE', `/v3/core/invite_links/${id}`)).status).toBe(404);
    const company = await caller.client.core.companies.get(data?.company.rootfi_id ?? 0);
    expect(company.data?.invite_link).toBeNull();
  });

  it('goes with its company', async () => {
    const { data } = await links().create({ integration_categories: [Accounting] });
    await caller.client.core.companies.delete(data?.company.rootfi_id ?? 0);
    await expect(links().get(data?.invite_link_id ?? '')).rejects.toBeInstanceOf(
      RootFi.RootFiApi404Error,
    );
  });

  it('is made for a company that exists, and for a connection to reconnect', async () => {
    await api.sandbox.createTenant('reconnects', {});
    const made = await caller.call('POST', '/v3/core/connections', {
      body: {
        company_name: 'Connected',
        integration_type: SANDBOX,
        credentials: { tenant_id: 'reconnects' },
      },
    });
    const { rootfi_id: connectionId, rootfi_company_id: company_id } = made.body.data;
    const another = await caller.call('POST', '/v3/core/invite_links', {
      body: { company_id, integration_categories: ['ACCOUNTING'] },
    });
    expect(another.body.data).toMatchObject({ company: { name: 'Connected' }, connections: null });
    const { status, body } = await caller.call(
      'POST',
      `/v3/core/connections/${connectionId}/reconnect_link`,
    );
    expect([status, body.data]).toMatchObject([
      200,
      {
        status: 'OPEN',
        integrations: [SANDBOX],
        connections: [{ rootfi_id: connectionId, status: 'HEALTHY', sync_status: 'RUNNING' }],
      },
    ]);
    // The names of the v3 contract for links, not those for companies.
    expect(body.data.connections[0]).not.toHaveProperty('connection_status');
    expect(Array.isArray(body.data.connections[0].sync_config)).toBe(true);
  });

  it('hides a link from another organisation', async () => {
    const { data } = await links().create({ integration_categories: [Accounting] });
    const other = await api.organisation();
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { integration_categories: ['ACCOUNTING'] }],
      ['DELETE', undefined],
    ] as const) {
      const path = `/v3/core/invite_links/${data?.invite_link_id}`;
      const answer = await other.call(method, path, { body });
      expect([method, answer.status, answer.body.error?.code]).toEqual([method, 404, 'not-found']);
    }
    expect((await other.call('GET', '/v3/core/invite_links')).body).toEqual({ data: [] });
  });
});
