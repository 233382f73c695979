import { startApi, type TestApi, type TestOrganisation } from '../../support/api';

const SANDBOX = 'ROOTFI_SANDBOX';
const LIST = '/v3/core/dashboard/companies';

describe('the dashboard’s companies', () => {
  let api: TestApi;
  let caller: TestOrganisation;
  let count = 0;
  beforeAll(async () => {
    api = await startApi();
    caller = await api.organisation();
  });
  afterAll(() => api.close());

  async function connect(organisation: TestOrganisation, name: string) {
    count += 1;
    await api.sandbox.createTenant(`dashboard-${count}`, {});
    const { status, body } = await organisation.call('POST', '/v3/core/connections', {
      body: {
        company_name: name,
        integration_type: SANDBOX,
        credentials: { tenant_id: `dashboard-${count}` },
        sync_config: [
          { data_model: 'INVOICES', frequency: 'HOURLY' },
          { data_model: 'BILLS' },
          { data_model: 'ITEMS', frequency: 'NEVER' },
        ],
      },
    });
    expect(status).toBe(200);
    return { company: body.data.rootfi_company_id, connection: BigInt(body.data.rootfi_id) };
  }

  const setModel = (connectionId: bigint, dataModel: string, lastSuccessAt: string, live = 0) =>
    api.database.db.prisma.modelState.update({
      where: { connectionId_dataModel: { connectionId, dataModel } },
      data: { lastSuccessAt: new Date(lastSuccessAt), liveRecords: live },
    });

  const list = async (organisation: TestOrganisation, query = '') => {
    const { status, body } = await organisation.call('GET', `${LIST}?${query}`);
    expect([status, body.error]).toEqual([200, undefined]);
    return body;
  };
  const names = (body: { data: { name: string }[] }) => body.data.map((row) => row.name);

  it('tell freshness, records and what is going on', async () => {
    const organisation = await api.organisation();
    const { company, connection } = await connect(organisation, 'Acme');
    const before = (await list(organisation)).data[0];
    expect(before).toMatchObject({ freshness_at: null, last_synced: null, records: 0 });
    await setModel(connection, 'INVOICES', '2026-01-02T00:00:00Z', 40);
    expect((await list(organisation)).data[0].freshness_at).toBeNull();
    await setModel(connection, 'BILLS', '2026-01-01T00:00:00Z', 2);
    const { data, total_count } = await list(organisation);
    expect(total_count).toBe(1);
    expect(data).toEqual([
      {
        rootfi_id: company,
        rootfi_created_at: expect.any(String),
        name: 'Acme',
        partner_id: null,
        connections: [
          {
            rootfi_id: Number(connection),
            integration_type: SANDBOX,
            category: 'ACCOUNTING',
            connection_status: 'HEALTHY',
            sync_status: 'RUNNING',
            paused: false,
            sync_resume_at: null,
          },
        ],
        // ITEMS has no schedule: that it was never synced makes nothing stale.
        freshness_at: '2026-01-01T00:00:00.000Z',
        last_synced: '2026-01-02T00:00:00.000Z',
        last_error: null,
        records: 42,
      },
    ]);
  });

  it('tell the last error until the data model succeeds again', async () => {
    const organisation = await api.organisation();
    const { connection } = await connect(organisation, 'Acme');
    const { prisma } = api.database.db;
    const initial = await prisma.sync.findFirstOrThrow({ where: { connectionId: connection } });
    const end = (dataModel: string, state: string, at: string, errorCode: string | null = null) =>
      prisma.syncJob.create({
        data: {
          syncId: initial.id,
          connectionId: connection,
          dataModel,
          mode: 'incremental',
          trigger: 'auto',
          state,
          errorCode,
          errorMessage: errorCode && `It is ${errorCode}.`,
          createdAt: new Date(at),
          endedAt: new Date(at),
        },
      });
    const lastError = async () => (await list(organisation)).data[0].last_error;
    await end('INVOICES', 'FAILED', '2030-01-01T00:00:00Z', 'platform-denied');
    await end('BILLS', 'FAILED', '2030-01-02T00:00:00Z', 'internal');
    // Somebody's own doing is no error of the company's.
    await end('BILLS', 'FAILED', '2030-01-03T00:00:00Z', 'cancelled');
    expect(await lastError()).toEqual({
      code: 'internal',
      message: 'It is internal.',
      at: '2030-01-02T00:00:00.000Z',
      data_model: 'BILLS',
      sync_id: initial.syncId,
    });
    await end('BILLS', 'SUCCESS', '2030-01-04T00:00:00Z');
    expect((await lastError()).data_model).toBe('INVOICES');
    await end('INVOICES', 'SUCCESS', '2030-01-05T00:00:00Z');
    expect(await lastError()).toBeNull();
  });

  it('come in each order page by page, each once', async () => {
    const organisation = await api.organisation();
    const stale = await connect(organisation, 'beta');
    const fresh = await connect(organisation, 'Alpha');
    await connect(organisation, 'gamma');
    await connect(organisation, 'Alpha');
    for (const model of ['INVOICES', 'BILLS']) {
      await setModel(stale.connection, model, '2026-01-01T00:00:00Z');
      await setModel(fresh.connection, model, '2026-01-02T00:00:00Z');
    }
    const walk = async (sort: string) => {
      const seen: string[] = [];
      let next: string | undefined = '';
      for (let page = 0; next !== undefined; page += 1) {
        expect(page).toBeLessThan(5);
        const body = await list(organisation, `sort=${sort}&limit=1&next=${next}`);
        expect(body.total_count).toBe(4);
        seen.push(...names(body));
        next = body.next;
      }
      return seen;
    };
    expect(await walk('name')).toEqual(['Alpha', 'Alpha', 'beta', 'gamma']);
    expect(await walk('-name')).toEqual(['gamma', 'beta', 'Alpha', 'Alpha']);
    expect(await walk('created')).toEqual(['beta', 'Alpha', 'gamma', 'Alpha']);
    expect(await walk('-created')).toEqual(['Alpha', 'gamma', 'Alpha', 'beta']);
    expect(await walk('freshness')).toEqual(['gamma', 'Alpha', 'beta', 'Alpha']);
    expect(await walk('-freshness')).toEqual(['Alpha', 'beta', 'Alpha', 'gamma']);
    const { next } = await list(organisation, 'sort=name&limit=1');
    const other = await organisation.call('GET', `${LIST}?sort=-name&next=${next}`);
    expect([other.status, other.body.error.field]).toEqual([400, 'next']);
  });

  it('are found by name, partner id and own id, and filtered by status and platform', async () => {
    const organisation = await api.organisation();
    const { company } = await connect(organisation, '100% Müller_Söhne');
    const other = await connect(organisation, 'Other');
    await api.database.db.prisma.company.update({
      where: { id: BigInt(other.company) },
      data: { partnerId: 'crm-77' },
    });
    await api.database.db.prisma.connection.update({
      where: { id: other.connection },
      data: { status: 'EXPIRED' },
    });
    const found = async (query: string) => names(await list(organisation, query));
    expect(await found('search=müller')).toEqual(['100% Müller_Söhne']);
    expect(await found('search=100%25')).toEqual(['100% Müller_Söhne']);
    expect(await found('search=_S')).toEqual(['100% Müller_Söhne']);
    expect(await found('search=0_M')).toEqual([]);
    expect(await found('search=CRM-7')).toEqual(['Other']);
    expect(await found(`search=${company}`)).toContain('100% Müller_Söhne');
    expect(await found('status=EXPIRED,SLEEPING')).toEqual(['Other']);
    expect(await found('categories=CRM')).toEqual([]);
    expect(await found(`integrations=${SANDBOX}&status=HEALTHY`)).toEqual(['100% Müller_Söhne']);
  });

  it('are refreshed whole: a sync for each connection, once for one key', async () => {
    const { company, connection } = await connect(caller, 'Refreshed');
    const { prisma } = api.database.db;
    // A second platform, whose credentials have expired.
    const { id: expired } = await prisma.connection.create({
      data: {
        organisationId: caller.id,
        companyId: BigInt(company),
        integrationType: 'TRYTON',
        category: 'ACCOUNTING',
        status: 'EXPIRED',
        account: 'x',
      },
    });
    const path = `/v3/core/companies/${company}/refresh`;
    const headers = { 'idempotency-key': 'one' };
    const { status, body } = await caller.call('POST', path, { headers });
    expect(status).toBe(200);
    expect(body.data).toHaveLength(1);
    expect(body.data[0]).toMatchObject({
      rootfi_connection_id: Number(connection),
      mode: 'incremental',
      trigger: 'manual',
      sync_data_models: ['BILLS', 'INVOICES', 'ITEMS'],
    });
    expect(body.skipped).toEqual([
      {
        rootfi_id: Number(expired),
        integration_type: 'TRYTON',
        reason: expect.stringContaining('EXPIRED'),
      },
    ]);
    const again = await caller.call('POST', path, { headers });
    expect(again.body.data[0].sync_id).toBe(body.data[0].sync_id);
    const more = await caller.call('POST', path);
    expect(more.body.data[0].sync_id).not.toBe(body.data[0].sync_id);
    await prisma.connection.update({ where: { id: connection }, data: { status: 'DISCONNECTED' } });
    const refused = await caller.call('POST', path);
    expect([refused.status, refused.body.error.code]).toEqual([403, 'operation-denied']);
    expect(refused.body.error.message).toContain('DISCONNECTED');
  });
});
