import { RootFi } from 'rootfi-api';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';

describe('companies', () => {
  let api: TestApi;
  let caller: TestOrganisation;
  let count = 0;
  beforeAll(async () => {
    api = await startApi();
    caller = await api.organisation();
  });
  afterAll(() => api.close());

  /** A company with a connection to a sandbox tenant of its own. */
  async function connect(organisation = caller, name = `Company ${count + 1}`) {
    count += 1;
    const tenant = `tenant-${count}`;
    await api.sandbox.createTenant(tenant, {});
    const { status, body } = await organisation.call('POST', '/v3/core/connections', {
      body: {
        company_name: name,
        integration_type: 'ROOTFI_SANDBOX',
        credentials: { tenant_id: tenant },
      },
    });
    expect([status, body.error]).toEqual([200, undefined]);
    return { companyId: body.data.rootfi_company_id, connectionId: body.data.rootfi_id };
  }

  it('gets a company with its connections and what happened to it', async () => {
    const { companyId, connectionId } = await connect();
    const { data } = await caller.client.core.companies.get(companyId);
    expect(data).toMatchObject({
      rootfi_id: companyId,
      name: `Company ${count}`,
      partner_id: null,
      connections: [
        {
          rootfi_id: connectionId,
          integration_type: 'ROOTFI_SANDBOX',
          category: 'ACCOUNTING',
          connection_status: 'HEALTHY',
          sync_status: 'RUNNING',
          sync_resume_at: null,
          last_synced: null,
          rate_limits: { counters: {}, lastReset: {}, maxLimits: {} },
          zoho_sub_calls_enabled: false,
        },
      ],
    });
    expect(data?.activity_log?.map((entry) => entry.activity_type)).toEqual([
      'CONNECTION_CREATED',
      'COMPANY_CREATED',
    ]);
  });

  it('lists newest first, page by page, with relations only where asked for', async () => {
    const organisation = await api.organisation();
    for (const name of ['A', 'B', 'C']) await connect(organisation, name);
    const first = await organisation.client.core.companies.list({ limit: 2 });
    expect(first.data?.map((company) => company.name)).toEqual(['C', 'B']);
    expect(first.data?.[0]).not.toHaveProperty('connections');
    const second = await organisation.client.core.companies.list({
      limit: 2,
      next: first.next ?? '',
      expand: 'connections,activity_log',
    });
    expect(second.data?.map((company) => company.name)).toEqual(['A']);
    expect(second.data?.[0]?.connections).toHaveLength(1);
    expect(second.data?.[0]?.activity_log).toHaveLength(2);
    expect(second.next).toBeUndefined();
  });

  it('filters by platform, category and status, SLEEPING and DELETED among them', async () => {
    const organisation = await api.organisation();
    const healthy = await connect(organisation, 'healthy');
    const sleeping = await connect(organisation, 'sleeping');
    const expired = await connect(organisation, 'expired');
    const deleted = await connect(organisation, 'deleted');
    const { prisma } = api.database.db;
    await prisma.$executeRaw`
      INSERT INTO pulls (connection_id, data_model, kind, state, fence, lane, started_at, taken_at, resume_at, resume_reason)
      VALUES (${BigInt(sleeping.connectionId)}, 'ITEMS', 'incremental', 'RUNNING', 1, 'scheduled', now(), now(),
        now() + interval '30 seconds', 'minute')`;
    await prisma.connection.update({
      where: { id: BigInt(expired.connectionId) },
      data: { status: 'EXPIRED' },
    });
    await organisation.client.core.companies.delete(deleted.companyId);
    const list = async (filter: object) =>
      (await organisation.client.core.companies.list(filter)).data?.map((one) => one.name);
    expect(await list({})).toEqual(['expired', 'sleeping', 'healthy']);
    expect(await list({ status: 'SLEEPING' })).toEqual(['sleeping']);
    expect(await list({ status: 'EXPIRED' })).toEqual(['expired']);
    expect(await list({ status: 'HEALTHY' })).toEqual(['sleeping', 'healthy']);
    expect(await list({ status: 'DELETED' })).toEqual(['deleted']);
    expect(await list({ status: 'EXPIRED,SLEEPING' })).toEqual(['expired', 'sleeping']);
    expect(await list({ integrations: 'XERO' })).toEqual([]);
    expect(await list({ integrations: 'XERO,ROOTFI_SANDBOX' })).toHaveLength(3);
    expect(await list({ categories: 'CRM' })).toEqual([]);
    expect(await list({ categories: 'ACCOUNTING' })).toHaveLength(3);
    expect(healthy.companyId).toBeGreaterThan(0);
    const answer = await organisation.call('GET', '/v3/core/companies?status=HAPPY');
    expect([answer.status, answer.body.error.field]).toEqual([400, 'status']);
  });

  it('changes name and partner id, and answers a list as the client is typed', async () => {
    const { companyId } = await connect();
    const { data } = await caller.client.core.companies.update(companyId, {
      name: 'New name',
      partner_id: 'their-7',
    });
    expect(data).toMatchObject([{ rootfi_id: companyId, name: 'New name', partner_id: 'their-7' }]);
    const cleared = await caller.call('PUT', `/v3/core/companies/${companyId}`, {
      body: { partner_id: null },
    });
    expect(cleared.body.data).toMatchObject([{ name: 'New name', partner_id: null }]);
  });

  it('merges one sync config entry into the list of its connections, and replaces it by an array', async () => {
    const { companyId, connectionId } = await connect();
    const entry = {
      data_model: 'INVOICES',
      category: 'ACCOUNTING',
      enabled: true,
      frequency: 'WEEKLY',
      interval: 2,
      scope_access: { READ: true },
    } as const;
    api.woken.length = 0;
    const { data } = await caller.client.core.companies.update(companyId, { sync_config: entry });
    const merged: { data_model: string; frequency: string }[] = data?.[0]?.connections?.[0]
      ?.sync_config as never;
    expect(merged.length).toBeGreaterThan(1);
    expect(merged.find((one) => one.data_model === 'INVOICES')).toMatchObject({
      frequency: 'WEEKLY',
      interval: 2,
    });
    expect(merged.find((one) => one.data_model === 'ITEMS')).toMatchObject({ frequency: 'DAILY' });
    expect(api.woken).toMatchObject([
      {
        connectionId: BigInt(connectionId),
        message: { signal: 'changed', payload: { what: 'config' } },
      },
    ]);
    const replaced = await caller.call('PUT', `/v3/core/companies/${companyId}`, {
      body: { sync_config: [entry] },
    });
    expect(replaced.body.data[0].connections[0].sync_config).toHaveLength(1);
  });

  it('deletes a company: its connections and syncs are gone at once, and their workflows are told', async () => {
    const { companyId, connectionId } = await connect();
    const sync = await caller.call('POST', `/v3/core/connections/${connectionId}/refresh`);
    api.woken.length = 0;
    expect(await caller.client.core.companies.delete(companyId)).toEqual({ status: 'success' });
    await expect(caller.client.core.companies.get(companyId)).rejects.toBeInstanceOf(
      RootFi.RootFiApi404Error,
    );
    for (const path of [
      `connections/${connectionId}`,
      `syncs/${sync.body.data.sync_id}`,
      `syncs/${sync.body.data.sync_id}/jobs`,
    ]) {
      expect((await caller.call('GET', `/v3/core/${path}`)).status).toBe(404);
    }
    expect(
      (await caller.call('GET', `/v3/core/syncs?rootfi_company_id=${companyId}`)).body,
    ).toEqual({
      data: [],
    });
    expect(api.woken).toMatchObject([{ message: { payload: { what: 'deleted' } } }]);
    expect((await caller.call('DELETE', `/v3/core/companies/${companyId}`)).status).toBe(404);
  });

  it('hides a company from another organisation', async () => {
    const { companyId } = await connect();
    const other = await api.organisation();
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { name: 'Mine now' }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await other.call(method, `/v3/core/companies/${companyId}`, { body });
      expect([method, answer.status, answer.body.error?.code]).toEqual([method, 404, 'not-found']);
    }
    expect((await other.call('GET', '/v3/core/companies')).body).toEqual({ data: [] });
  });
});
