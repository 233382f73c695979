import { createPlatforms } from '../../../api/platforms';
import { CONNECTORS } from '../../../connectors/registry';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';

const CONNECTIONS = '/v3/core/connections';

describe('connections', () => {
  let api: TestApi;
  let caller: TestOrganisation;
  let count = 0;
  beforeAll(async () => {
    api = await startApi();
    caller = await api.organisation();
  });
  afterAll(() => api.close());

  async function newTenant(): Promise<string> {
    count += 1;
    const tenant = `tenant-${count}`;
    await api.sandbox.createTenant(tenant, {});
    return tenant;
  }

  function connectTo(tenant: string, more: object = { company_name: 'A company' }) {
    return caller.call('POST', CONNECTIONS, {
      body: { integration_type: 'ROOTFI_SANDBOX', credentials: { tenant_id: tenant }, ...more },
    });
  }

  async function connected(more?: object) {
    const tenant = await newTenant();
    const { status, body } = await connectTo(tenant, more);
    expect([status, body.error]).toEqual([200, undefined]);
    return { tenant, id: body.data.rootfi_id, companyId: body.data.rootfi_company_id, body };
  }

  describe('connecting', () => {
    it('makes the company, seals the credentials, queues the initial sync and wakes the connection', async () => {
      api.woken.length = 0;
      const { id, tenant, body } = await connected();
      expect(body.data).toMatchObject({
        integration_type: 'ROOTFI_SANDBOX',
        category: 'ACCOUNTING',
        connection_status: 'HEALTHY',
        paused: false,
        follows_organisation: true,
        sync_status: 'RUNNING',
      });
      expect(body.data.sync_config.length).toBeGreaterThan(7);
      const stored = await api.database.db.prisma.credential.findUniqueOrThrow({
        where: { connectionId: BigInt(id) },
      });
      expect(Buffer.from(stored.ciphertext).toString('latin1')).not.toContain(tenant);
      expect(api.deps.sealer.open(stored, `credentials:${id}`)).toEqual(expect.any(Object));
      expect(api.woken).toMatchObject([
        { connectionId: BigInt(id), platform: 'ROOTFI_SANDBOX', message: { signal: 'changed' } },
      ]);
      const { data } = await caller.client.core.syncs.list({
        rootfiCompanyId: body.data.rootfi_company_id,
      });
      expect(data).toMatchObject([{ sync_type: 'MANUAL', trigger: 'initial', status: 'CREATED' }]);
    });

    it('takes a list of its own, in which absent models are disabled', async () => {
      const { id } = await connected({
        company_name: 'Own list',
        sync_config: [{ data_model: 'INVOICES', frequency: 'HOURLY', interval: 6, priority: 1 }],
      });
      const config = await caller.call('GET', `${CONNECTIONS}/${id}/sync_config`);
      expect(config.body).toEqual({
        follows_organisation: false,
        sync_config: [
          {
            data_model: 'INVOICES',
            category: 'ACCOUNTING',
            enabled: true,
            frequency: 'HOURLY',
            interval: 6,
            cron: null,
            timezone: null,
            priority: 1,
            sync_from: null,
            scope_access: { READ: true, CREATE: false, UPDATE: false, DELETE: false },
            custom_fields: [],
          },
        ],
      });
      const models = await caller.call('GET', `${CONNECTIONS}/${id}/models`);
      const enabled = models.body.data.filter((model: { enabled: boolean }) => model.enabled);
      expect(enabled).toMatchObject([
        { data_model: 'INVOICES', status: 'queued', watermark: null, covered_from: null },
      ]);
    });

    it.each([
      ['neither company', {}, 'company_id'],
      ['both companies', { company_id: 1, company_name: 'x' }, 'company_id'],
      ['an unknown platform', { company_name: 'x', integration_type: 'NOPE' }, 'integration_type'],
      [
        'credentials of the wrong shape',
        { company_name: 'x', credentials: {} },
        'credentials.tenant_id',
      ],
      [
        'credentials with unknown keys',
        { company_name: 'x', credentials: { tenant_id: 't', extra: 1 } },
        'credentials.extra',
      ],
      [
        'a config that names an unreadable model',
        { company_name: 'x', sync_config: [{ data_model: 'CRM_DEALS' }] },
        'sync_config',
      ],
      [
        'a config with a bad schedule',
        { company_name: 'x', sync_config: [{ data_model: 'INVOICES', cron: 'not cron' }] },
        'sync_config',
      ],
    ])('refuses %s', async (_what, more, field) => {
      const answer = await connectTo('nobody', more);
      expect([answer.status, answer.body.error?.field]).toEqual([400, field]);
    });

    it('answers platform-denied, and stores nothing, where the platform refuses', async () => {
      const before = await api.database.db.prisma.company.count();
      const answer = await connectTo('no-such-tenant');
      expect([answer.status, answer.body.error.code]).toEqual([400, 'platform-denied']);
      expect(await api.database.db.prisma.company.count()).toBe(before);
    });

    it('answers platform-unavailable, and stores nothing, where the platform is out of reach', async () => {
      const down = await startApi({
        change: (deps) => ({
          ...deps,
          platforms: createPlatforms(
            CONNECTORS,
            { sandboxUrl: 'http://127.0.0.1:1' },
            { allowPrivateTargets: true, logger: deps.logger },
          ),
        }),
      });
      try {
        const other = await down.organisation();
        const answer = await other.call('POST', CONNECTIONS, {
          body: {
            company_name: 'x',
            integration_type: 'ROOTFI_SANDBOX',
            credentials: { tenant_id: 't' },
          },
        });
        expect([answer.status, answer.body.error.code]).toEqual([503, 'platform-unavailable']);
        expect(await down.database.db.prisma.company.count()).toBe(0);
      } finally {
        await down.close();
      }
    });

    it('refuses a second live connection of a company to a platform', async () => {
      const { companyId } = await connected();
      const answer = await connectTo(await newTenant(), { company_id: companyId });
      expect([answer.status, answer.body.error.code]).toEqual([409, 'conflict']);
      // Told before the platform is called: a code it gives out may be used once only.
      const uncalled = await connectTo('no-such-tenant', { company_id: companyId });
      expect([uncalled.status, uncalled.body.error.code]).toEqual([409, 'conflict']);
    });

    it('lets one of two that connect at one instant win', async () => {
      const { companyId, id } = await connected();
      await caller.call('DELETE', `${CONNECTIONS}/${id}`);
      const tenants = [await newTenant(), await newTenant()];
      const answers = await Promise.all(
        tenants.map((tenant) => connectTo(tenant, { company_id: companyId })),
      );
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    });

    it("answers 404 for another organisation's company, and for none", async () => {
      const other = await api.organisation();
      const { companyId } = await connected();
      for (const company_id of [companyId, 999_999_999]) {
        const answer = await other.call('POST', CONNECTIONS, {
          body: {
            company_id,
            integration_type: 'ROOTFI_SANDBOX',
            credentials: { tenant_id: await newTenant() },
          },
        });
        expect([answer.status, answer.body.error.code]).toEqual([404, 'not-found']);
      }
    });
  });

  it('lists newest first, by company where asked', async () => {
    const organisation = await api.organisation();
    const ids: number[] = [];
    for (let each = 0; each < 3; each += 1) {
      const { body } = await organisation.call('POST', CONNECTIONS, {
        body: {
          company_name: 'x',
          integration_type: 'ROOTFI_SANDBOX',
          credentials: { tenant_id: await newTenant() },
        },
      });
      ids.push(body.data.rootfi_id);
    }
    const first = (await organisation.call('GET', `${CONNECTIONS}?limit=2`)).body;
    expect(first.data.map((one: { rootfi_id: number }) => one.rootfi_id)).toEqual([ids[2], ids[1]]);
    const second = (await organisation.call('GET', `${CONNECTIONS}?limit=2&next=${first.next}`))
      .body;
    expect(second.data).toMatchObject([{ rootfi_id: ids[0] }]);
    const one = second.data[0];
    const byCompany = await organisation.call(
      'GET',
      `${CONNECTIONS}?rootfi_company_id=${one.rootfi_company_id}`,
    );
    expect(byCompany.body).toEqual({ data: [expect.objectContaining({ rootfi_id: ids[0] })] });
  });

  it('pauses and resumes', async () => {
    const { id } = await connected();
    api.woken.length = 0;
    expect((await caller.call('POST', `${CONNECTIONS}/${id}/pause`)).body.data.paused).toBe(true);
    expect((await caller.call('POST', `${CONNECTIONS}/${id}/resume`)).body.data.paused).toBe(false);
    expect(api.woken.map(({ message }) => message.payload)).toEqual([
      { what: 'paused' },
      { what: 'resumed' },
    ]);
  });

  it('takes a refresh while paused, and answers its sync', async () => {
    const { id } = await connected();
    await caller.call('POST', `${CONNECTIONS}/${id}/pause`);
    api.woken.length = 0;
    const { status, body } = await caller.call('POST', `${CONNECTIONS}/${id}/refresh`);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ mode: 'incremental', trigger: 'manual', full_sync: false });
    expect(api.woken).toMatchObject([
      { message: { signal: 'syncRequested', payload: { syncId: body.data.sync_id } } },
    ]);
  });

  it('disconnects: credentials revoked and gone, syncs refused, undone by reconnecting', async () => {
    const { id, tenant } = await connected();
    const away = await caller.call('POST', `${CONNECTIONS}/${id}/disconnect`);
    expect(away.body.data.connection_status).toBe('DISCONNECTED');
    const stored = await api.database.db.prisma.credential.count({
      where: { connectionId: BigInt(id) },
    });
    expect(stored).toBe(0);
    const refused = await caller.call('POST', `${CONNECTIONS}/${id}/refresh`);
    expect([refused.status, refused.body.error.code]).toEqual([403, 'operation-denied']);
    const back = await caller.call('POST', `${CONNECTIONS}/${id}/reconnect`, {
      body: { credentials: { tenant_id: tenant } },
    });
    expect(back.body.data.connection_status).toBe('HEALTHY');
    expect((await caller.call('POST', `${CONNECTIONS}/${id}/refresh`)).status).toBe(200);
  });

  it('refuses to reconnect to another account, and to one the platform refuses', async () => {
    const { id } = await connected();
    const other = await caller.call('POST', `${CONNECTIONS}/${id}/reconnect`, {
      body: { credentials: { tenant_id: await newTenant() } },
    });
    expect([other.status, other.body.error.code]).toEqual([409, 'different-account']);
    const denied = await caller.call('POST', `${CONNECTIONS}/${id}/reconnect`, {
      body: { credentials: { tenant_id: 'no-such-tenant' } },
    });
    expect([denied.status, denied.body.error.code]).toEqual([400, 'platform-denied']);
  });

  it('deletes: gone from reads at once', async () => {
    const { id, companyId } = await connected();
    const answer = await caller.call('DELETE', `${CONNECTIONS}/${id}`);
    expect([answer.status, answer.body]).toEqual([200, { status: 'success' }]);
    for (const path of ['', '/models', '/explain', '/sync_config']) {
      expect((await caller.call('GET', `${CONNECTIONS}/${id}${path}`)).status).toBe(404);
    }
    expect((await caller.client.core.companies.get(companyId)).data?.connections).toEqual([]);
  });

  it('hides everything from another organisation', async () => {
    const { id } = await connected();
    const other = await api.organisation();
    const calls = [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['POST', '/refresh'],
      ['POST', '/disconnect'],
      ['POST', '/reconnect', { credentials: { tenant_id: 'x' } }],
      ['GET', '/sync_config'],
      ['PUT', '/sync_config', { sync_config: null }],
      ['GET', '/models'],
      ['GET', '/explain'],
    ] as const;
    for (const [method, path, body] of calls) {
      const answer = await other.call(method, `${CONNECTIONS}/${id}${path}`, { body });
      expect([method, path, answer.status]).toEqual([method, path, 404]);
    }
  });

  describe('sync config', () => {
    const daily = { data_model: 'ITEMS', frequency: 'DAILY', interval: 1 };

    it("puts a connection's own list, and returns it to the organisation's by null", async () => {
      const { id } = await connected();
      const own = await caller.call('PUT', `${CONNECTIONS}/${id}/sync_config`, {
        body: { sync_config: [daily] },
      });
      expect(own.body).toMatchObject({ follows_organisation: false, sync_config: [daily] });
      const back = await caller.call('PUT', `${CONNECTIONS}/${id}/sync_config`, {
        body: { sync_config: null },
      });
      expect(back.body.follows_organisation).toBe(true);
      expect(back.body.sync_config.length).toBeGreaterThan(7);
    });

    it.each([
      ['an unknown model', [{ data_model: 'NOTHING' }]],
      ['a model of another category', [{ data_model: 'CRM_DEALS' }]],
      ['a model named twice', [daily, daily]],
      ['a future sync_from', [{ ...daily, sync_from: '2999-01-01' }]],
      ['an interval of 0', [{ ...daily, interval: 0 }]],
      ['a priority of 10', [{ ...daily, priority: 10 }]],
    ])('refuses %s', async (_what, sync_config) => {
      const { id } = await connected();
      const answer = await caller.call('PUT', `${CONNECTIONS}/${id}/sync_config`, {
        body: { sync_config },
      });
      expect([answer.status, answer.body.error?.field]).toEqual([400, 'sync_config']);
    });

    it("reads the organisation's list by the client, and applies a changed one to who follows", async () => {
      const organisation = await api.organisation();
      const { body } = await organisation.call('POST', CONNECTIONS, {
        body: {
          company_name: 'x',
          integration_type: 'ROOTFI_SANDBOX',
          credentials: { tenant_id: await newTenant() },
        },
      });
      const before = await organisation.client.core.syncs.config({ category: 'ACCOUNTING' });
      expect(before.sync_config?.length).toBeGreaterThan(15);
      expect(before.sync_config?.[0]).toMatchObject({
        frequency: 'DAILY',
        interval: 1,
        enabled: true,
      });
      const put = await organisation.call('PUT', '/v3/core/syncs/config?category=ACCOUNTING', {
        body: { sync_config: [daily] },
      });
      expect(put.body.sync_config).toMatchObject([daily]);
      const path = `${CONNECTIONS}/${body.data.rootfi_id}`;
      const models = (await organisation.call('GET', `${path}/models`)).body.data;
      expect(models.filter((model: { enabled: boolean }) => model.enabled)).toMatchObject([
        { data_model: 'ITEMS' },
      ]);
      expect((await organisation.call('GET', path)).body.data.sync_config).toMatchObject([daily]);
    });

    it('needs a category it knows', async () => {
      const missing = await caller.call('GET', '/v3/core/syncs/config');
      expect(missing.body.error).toMatchObject({ code: 'missing-params', field: 'category' });
      const unknown = await caller.call('GET', '/v3/core/syncs/config?category=BOOKS');
      expect(unknown.body.error).toMatchObject({ code: 'invalid-params', field: 'category' });
      const foreign = await caller.call('PUT', '/v3/core/syncs/config?category=CRM', {
        body: { sync_config: [daily] },
      });
      expect(foreign.body.error).toMatchObject({ code: 'invalid-params', field: 'sync_config' });
    });
  });

  describe('what goes on', () => {
    it('shows a wait for quota as SLEEPING with its end, and explains it', async () => {
      const { id } = await connected();
      await api.database.db.prisma.$executeRaw`
        INSERT INTO pulls (connection_id, data_model, kind, state, fence, lane, started_at, taken_at, resume_at,
          resume_reason, pages, fetched)
        VALUES
          (${BigInt(id)}, 'INVOICES', 'backfill', 'RUNNING', 1, 'backfill', now(), now(), now() + interval '90 seconds',
            'minute', 3, 300),
          (${BigInt(id)}, 'ITEMS', 'backfill', 'RUNNING', 1, 'backfill', now(), now(), now() + interval '40 seconds',
            'minute', 0, 0)`;
      const { data } = (await caller.call('GET', `${CONNECTIONS}/${id}`)).body;
      expect(data.sync_status).toBe('SLEEPING');
      const waitMs = new Date(data.sync_resume_at).getTime() - Date.now();
      expect(waitMs).toBeGreaterThan(30_000);
      expect(waitMs).toBeLessThan(41_000);
      const explained = (await caller.call('GET', `${CONNECTIONS}/${id}/explain`)).body.data;
      const invoices = explained.find(
        (one: { data_model: string }) => one.data_model === 'INVOICES',
      );
      expect(invoices).toMatchObject({
        reason: 'waiting-for-quota',
        message: expect.stringContaining("minute's calls are used up"),
        evidence: { pull: { kind: 'backfill', pages: 3, fetched: 300 }, queued_jobs: 1 },
      });
    });

    it('shows an open pull as FETCHING, and nothing to do as IDLE', async () => {
      const { id } = await connected();
      const { prisma } = api.database.db;
      await prisma.syncJob.updateMany({
        where: { connectionId: BigInt(id) },
        data: { state: 'SUCCESS' },
      });
      const status = async () =>
        (await caller.call('GET', `${CONNECTIONS}/${id}`)).body.data.sync_status;
      expect(await status()).toBe('IDLE');
      await prisma.$executeRaw`
        INSERT INTO pulls (connection_id, data_model, kind, state, fence, lane, started_at, taken_at)
        VALUES (${BigInt(id)}, 'INVOICES', 'incremental', 'RUNNING', 1, 'scheduled', now(), now())`;
      expect(await status()).toBe('FETCHING');
    });

    it('answers the quota ledger of its account as rate limits', async () => {
      const { id } = await connected();
      const { account } = await api.database.db.prisma.connection.findUniqueOrThrow({
        where: { id: BigInt(id) },
      });
      const now = Date.now();
      const state = {
        windows: {
          minute: {
            limit: 500,
            declared: null,
            counting: 'rolling',
            buckets: [[now - 1_000, 0, 7, 0]],
            foreign: { calls: 0, until: 0, permit: 0 },
          },
        },
        concurrent: 10,
        declaredConcurrent: 4,
        leases: [],
        permits: 7,
        known: true,
        blocked: { until: 0, strikes: 0 },
        waiting: {},
        writeReserve: 0,
      };
      await api.database.db.prisma.quotaAccount.create({
        data: { account: `ROOTFI_SANDBOX:${account}`, state },
      });
      const { data } = (await caller.call('GET', `${CONNECTIONS}/${id}`)).body;
      expect(data.rate_limits).toEqual({
        counters: { minute: 7, concurrent: 0 },
        lastReset: { minute: expect.any(String) },
        maxLimits: { per_minute: 500, concurrent_calls: 10 },
      });
    });

    it('answers "from the beginning" as null', async () => {
      const { id } = await connected();
      await api.database.db.prisma.$executeRaw`
        UPDATE model_states SET covered_from = '0001-01-01T00:00:00Z', watermark = '2026-01-01T00:00:00Z',
          owed_since = NULL WHERE connection_id = ${BigInt(id)}`;
      const models = (await caller.call('GET', `${CONNECTIONS}/${id}/models`)).body.data;
      expect(models[0]).toMatchObject({
        covered_from: null,
        watermark: '2026-01-01T00:00:00.000Z',
        records: { live: 0, deleted: 0, quarantined: 0 },
      });
    });
  });
});
