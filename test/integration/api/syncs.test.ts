import { RootFi } from 'rootfi-api';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';

const SYNCS = '/v3/core/syncs';

describe('syncs', () => {
  let api: TestApi;
  let caller: TestOrganisation;
  let companyId: number;
  let connectionId: number;
  let count = 0;

  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    caller = await api.organisation();
    count += 1;
    await api.sandbox.createTenant(`tenant-${count}`, {});
    const { body } = await caller.call('POST', '/v3/core/connections', {
      body: {
        company_name: 'x',
        integration_type: 'ROOTFI_SANDBOX',
        credentials: { tenant_id: `tenant-${count}` },
        sync_config: [
          { data_model: 'INVOICES' },
          { data_model: 'ITEMS' },
          { data_model: 'BILLS', enabled: false },
          { data_model: 'CONTACTS', scope_access: { READ: false } },
        ],
      },
    });
    companyId = body.data.rootfi_company_id;
    connectionId = body.data.rootfi_id;
  });

  const ask = (more: object = {}) => ({
    company_id: companyId,
    integration_type: 'ROOTFI_SANDBOX',
    ...more,
  });
  const create = (more: object = {}, headers: Record<string, string> = {}) =>
    caller.call('POST', SYNCS, { body: ask(more), headers });

  it('is incremental over all enabled models unless told otherwise', async () => {
    const { status, body } = await create();
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      sync_id: expect.stringMatching(/^[a-z0-9]{15,16}$/),
      rootfi_company_id: companyId,
      rootfi_connection_id: connectionId,
      integration_type: 'ROOTFI_SANDBOX',
      full_sync: false,
      mode: 'incremental',
      trigger: 'manual',
      sync_type: 'MANUAL',
      config_mode: 'READ',
      status: 'CREATED',
      start_time: null,
      end_time: null,
      total_count: 2,
      pending_count: 2,
      success_count: 0,
      failed_count: 0,
      running_count: 0,
    });
    expect(body.data.id).toBe(body.data.sync_id);
    expect([...body.data.sync_data_models].sort()).toEqual(['INVOICES', 'ITEMS']);
  });

  it('takes the client as it is typed, and as its README is', async () => {
    const full = await caller.client.core.syncs.create({
      company_id: companyId,
      integration_type: RootFi.IntegrationType.RootfiSandbox,
      full_sync: true,
      data_models_to_sync: ['INVOICES'],
    });
    expect(full.data).toMatchObject({ full_sync: true, sync_data_models: ['INVOICES'] });
    const all = await caller.client.core.syncs.create({
      company_id: companyId,
      integration_type: RootFi.IntegrationType.RootfiSandbox,
      full_sync: false,
      data_models_to_sync: [],
    });
    expect(all.data?.sync_data_models).toHaveLength(2);
  });

  it('reads models from a date, beside others that go on where they were', async () => {
    const mixed = await create({
      data_models_to_sync: ['ITEMS', { data_model: 'INVOICES', sync_from: '2023-01-01' }],
    });
    expect(mixed.body.data).toMatchObject({ mode: 'incremental', full_sync: false });
    const jobs = await caller.call('GET', `${SYNCS}/${mixed.body.data.sync_id}/jobs`);
    expect(
      jobs.body.data.map((job: { data_model: string; mode: string; variables: object }) => [
        job.data_model,
        job.mode,
        job.variables,
      ]),
    ).toEqual([
      ['ITEMS', 'incremental', { sync_from: null, pages: 0 }],
      ['INVOICES', 'from_date', { sync_from: '2023-01-01T00:00:00.000Z', pages: 0 }],
    ]);
    const dated = await create({
      data_models_to_sync: [{ data_model: 'INVOICES', sync_from: '2023-01-01T02:00:00+02:00' }],
    });
    expect(dated.body.data.mode).toBe('from_date');
  });

  it.each([
    ['an unknown model', { data_models_to_sync: ['NOTHING'] }, 'data_models_to_sync'],
    ['an item of another kind', { data_models_to_sync: [7] }, 'data_models_to_sync'],
    ['no list', { data_models_to_sync: 'INVOICES' }, 'data_models_to_sync'],
    ['a disabled model', { data_models_to_sync: ['BILLS'] }, 'data_models_to_sync'],
    ['an unreadable model', { data_models_to_sync: ['CONTACTS'] }, 'data_models_to_sync'],
    [
      'a model twice',
      { data_models_to_sync: ['ITEMS', { data_model: 'ITEMS' }] },
      'data_models_to_sync',
    ],
    [
      'a bad date',
      { data_models_to_sync: [{ data_model: 'ITEMS', sync_from: '2023-02-30' }] },
      'data_models_to_sync',
    ],
    [
      'a local time',
      { data_models_to_sync: [{ data_model: 'ITEMS', sync_from: '2023-02-20T10:00:00' }] },
      'data_models_to_sync',
    ],
    [
      'a future date',
      { data_models_to_sync: [{ data_model: 'ITEMS', sync_from: '2999-01-01' }] },
      'data_models_to_sync',
    ],
    [
      'a full sync from a date',
      { full_sync: true, data_models_to_sync: [{ data_model: 'ITEMS', sync_from: '2023-01-01' }] },
      'full_sync',
    ],
    ['a full_sync that is no boolean', { full_sync: 'yes' }, 'full_sync'],
    ['a mass delete without a full sync', { allow_mass_delete: true }, 'allow_mass_delete'],
    ['a company id that is text', { company_id: '12' }, 'company_id'],
  ])('refuses %s, naming the field', async (_what, more, field) => {
    const { status, body } = await create(more);
    expect([status, body.error?.code, body.error?.field]).toEqual([400, 'invalid-params', field]);
  });

  it('tells where in the list a date is wrong', async () => {
    const { body } = await create({
      data_models_to_sync: ['ITEMS', { data_model: 'INVOICES', sync_from: '2999-01-01' }],
    });
    expect(body.error.message).toBe(
      'Invalid field: data_models_to_sync. Entry [1].sync_from: Lies in the future.',
    );
  });

  it('refuses a connection with no enabled model', async () => {
    await caller.call('PUT', `/v3/core/connections/${connectionId}/sync_config`, {
      body: { sync_config: [] },
    });
    const { status, body } = await create();
    expect([status, body.error.field]).toEqual([400, 'data_models_to_sync']);
  });

  it('answers 404 without a live connection: another platform, another organisation, no company', async () => {
    const other = await api.organisation();
    const answers = [
      await create({ integration_type: 'XERO' }),
      await create({ company_id: 999_999_999 }),
      await other.call('POST', SYNCS, { body: ask() }),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not-found']);
    }
  });

  it('answers 403 operation-denied, the typed error of the client, while it is EXPIRED', async () => {
    await api.database.db.prisma.connection.update({
      where: { id: BigInt(connectionId) },
      data: { status: 'EXPIRED' },
    });
    const refused = caller.client.core.syncs.create({
      company_id: companyId,
      integration_type: RootFi.IntegrationType.RootfiSandbox,
      full_sync: false,
      data_models_to_sync: [],
    });
    await expect(refused).rejects.toBeInstanceOf(RootFi.RootFiApi403Error);
    await expect(refused).rejects.toMatchObject({
      body: { error: { code: 'operation-denied' } },
    });
  });

  it('queues 50 concurrent requests as 50 syncs', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => create()));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    expect(new Set(answers.map((answer) => answer.body.data.sync_id)).size).toBe(50);
  });

  describe('Idempotency-Key', () => {
    it('answers the same sync for the same body, and 409 for another', async () => {
      const headers = { 'idempotency-key': 'once' };
      const first = await create({ data_models_to_sync: ['ITEMS'] }, headers);
      const again = await create({ data_models_to_sync: ['ITEMS'] }, headers);
      expect(again.body.data.sync_id).toBe(first.body.data.sync_id);
      const other = await create({ data_models_to_sync: ['INVOICES'] }, headers);
      expect([other.status, other.body.error.code]).toEqual([409, 'conflict']);
    });

    it('does not care for the order of fields, nor for the case of the path', async () => {
      const headers = { 'idempotency-key': 'order' };
      const first = await create({}, headers);
      const again = await caller.call('POST', '/v3/Core/Syncs', {
        body: { integration_type: 'ROOTFI_SANDBOX', company_id: companyId },
        headers,
      });
      expect(again.body.data.sync_id).toBe(first.body.data.sync_id);
    });

    it('holds for a refresh, apart from other paths, and for one organisation', async () => {
      const headers = { 'idempotency-key': 'shared' };
      const path = `/v3/core/connections/${connectionId}/refresh`;
      const first = await caller.call('POST', path, { headers });
      const again = await caller.call('POST', path, { headers });
      const elsewhere = await create({}, headers);
      expect(again.body.data.sync_id).toBe(first.body.data.sync_id);
      expect(elsewhere.body.data.sync_id).not.toBe(first.body.data.sync_id);
    });

    it('makes one sync of ten that come at one instant', async () => {
      const headers = { 'idempotency-key': 'at-once' };
      const answers = await Promise.all(Array.from({ length: 10 }, () => create({}, headers)));
      expect(new Set(answers.map((answer) => answer.body.data?.sync_id)).size).toBe(1);
    });

    it('refuses a key that is too long', async () => {
      const { status, body } = await create({}, { 'idempotency-key': 'x'.repeat(256) });
      expect([status, body.error.field]).toEqual([400, 'Idempotency-Key']);
    });
  });

  it('rolls up jobs and what they counted, while they run and after', async () => {
    const { body } = await create();
    const { prisma } = api.database.db;
    const sync = await prisma.sync.findUniqueOrThrow({ where: { syncId: body.data.sync_id } });
    const pull = await prisma.pull.create({
      data: {
        connectionId: BigInt(connectionId),
        dataModel: 'INVOICES',
        kind: 'incremental',
        fence: 1,
        lane: 'interactive',
        startedAt: new Date(),
        takenAt: new Date(),
        pages: 2,
        fetched: 150,
        inserted: 100,
        unchanged: 50,
        sleptMs: 2_500,
        retries: 1,
      },
    });
    await prisma.syncJob.updateMany({
      where: { syncId: sync.id, dataModel: 'INVOICES' },
      data: { state: 'RUNNING', pullId: pull.id, startedAt: new Date() },
    });
    await prisma.syncJob.updateMany({
      where: { syncId: sync.id, dataModel: 'ITEMS' },
      data: {
        state: 'FAILED',
        errorCode: 'platform-unavailable',
        errorMessage: 'The platform was down.',
        counts: {
          fetched: 5,
          inserted: 5,
          changed: 0,
          unchanged: 0,
          revived: 0,
          repeated: 0,
          quarantined: 0,
          deleted: 0,
        },
        deletionsHeld: 3,
        missedTicks: 2,
      },
    });
    const answer = await caller.client.core.syncs.get(body.data.sync_id);
    expect(answer.data).toMatchObject({
      total_count: 2,
      running_count: 1,
      failed_count: 1,
      pending_count: 0,
      counts: { fetched: 155, inserted: 105, unchanged: 50, deleted: 0 },
      deletions_held: 3,
      missed_ticks: 2,
    });
    const jobs = await caller.client.core.syncs.getJobs(body.data.sync_id);
    const [invoices, items] = ['INVOICES', 'ITEMS'].map((model) =>
      jobs.data?.find((job) => job.data_model === model),
    );
    expect(invoices).toMatchObject({
      status: 'RUNNING',
      response_length: 150,
      retry_count: 1,
      rate_limit_sleep_time: 2_500,
      config_id: 'ROOTFI_SANDBOX_INVOICES_READ_0',
      job_type: 'PULL',
      error: null,
      sync_id: body.data.sync_id,
    });
    expect(items).toMatchObject({
      status: 'FAILED',
      error: { code: 'platform-unavailable', message: 'The platform was down.' },
      deletions_held: 3,
    });
    const one = await caller.client.core.syncs.getJob(String(items?.rootfi_id));
    expect(one.data).toEqual(items);
  });

  it('lists newest first and pages both ways', async () => {
    const ids: string[] = [];
    for (let each = 0; each < 4; each += 1) ids.unshift((await create()).body.data.sync_id);
    const page = async (query: string) => {
      const { body } = await caller.call(
        'GET',
        `${SYNCS}?limit=2&rootfi_company_id=${companyId}${query}`,
      );
      return { ...body, ids: body.data.map((sync: { sync_id: string }) => sync.sync_id) };
    };
    const first = await page('');
    const second = await page(`&next=${first.next}`);
    const third = await page(`&next=${second.next}`);
    expect([first.ids, second.ids]).toEqual([ids.slice(0, 2), ids.slice(2)]);
    // The initial sync is the oldest.
    expect(third.ids).toHaveLength(1);
    expect(third.next).toBeUndefined();
    const back = await page(`&prev=${third.prev}`);
    expect(back.ids).toEqual(second.ids);
    expect((await page(`&prev=${back.prev}`)).ids).toEqual(first.ids);
    expect(first.prev).toBeUndefined();
  });

  it('lists by connection, status and trigger', async () => {
    const [mine, ended] = [(await create()).body.data, (await create()).body.data];
    await caller.call('POST', `${SYNCS}/${ended.sync_id}/cancel`);
    const ids = async (query: string) => {
      const of = `rootfi_connection_id=${mine.rootfi_connection_id}&${query}`;
      const { body } = await caller.call('GET', `${SYNCS}?${of}`);
      return body.data.map((sync: { sync_id: string }) => sync.sync_id);
    };
    expect(await ids('trigger=manual')).toEqual(
      expect.arrayContaining([mine.sync_id, ended.sync_id]),
    );
    expect(await ids('trigger=auto')).toEqual([]);
    expect(await ids('status=FAILED')).toContain(ended.sync_id);
    const open = await ids('status=CREATED');
    expect(open).toContain(mine.sync_id);
    expect(open).not.toContain(ended.sync_id);
    const { body } = await caller.call('GET', `${SYNCS}?rootfi_connection_id=999999999`);
    expect(body.data).toEqual([]);
  });

  it('cancels its own jobs alone, and answers an ended sync unchanged', async () => {
    const [mine, other] = [(await create()).body.data, (await create()).body.data];
    const cancelled = await caller.call('POST', `${SYNCS}/${mine.sync_id}/cancel`);
    expect(cancelled.body.data).toMatchObject({ status: 'FAILED', failed_count: 2 });
    const jobs = (await caller.call('GET', `${SYNCS}/${mine.sync_id}/jobs`)).body.data;
    expect(jobs).toMatchObject([
      { error: { code: 'cancelled' } },
      { error: { code: 'cancelled' } },
    ]);
    const again = await caller.call('POST', `${SYNCS}/${mine.sync_id}/cancel`);
    expect(again.body).toEqual(cancelled.body);
    expect((await caller.call('GET', `${SYNCS}/${other.sync_id}`)).body.data.pending_count).toBe(2);
    const stranger = await api.organisation();
    expect((await stranger.call('POST', `${SYNCS}/${other.sync_id}/cancel`)).status).toBe(404);
  });

  it("hides another organisation's syncs and jobs", async () => {
    const { sync_id } = (await create()).body.data;
    const [job] = (await caller.call('GET', `${SYNCS}/${sync_id}/jobs`)).body.data;
    const stranger = await api.organisation();
    for (const path of [sync_id, `${sync_id}/jobs`, `jobs/${job.rootfi_id}`]) {
      expect((await stranger.call('GET', `${SYNCS}/${path}`)).status).toBe(404);
    }
    expect((await stranger.call('GET', SYNCS)).body).toEqual({ data: [] });
  });
});
