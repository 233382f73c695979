import { newQuotaState, settle } from '../../../core/quota';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';

/** What the page of a company shows of a connection. */
describe('the page of a connection', () => {
  let api: TestApi;
  let caller: TestOrganisation;
  let count = 0;
  beforeAll(async () => {
    api = await startApi();
    caller = await api.organisation();
  });
  afterAll(() => api.close());

  async function connected() {
    count += 1;
    await api.sandbox.createTenant(`page-${count}`, {});
    const { body } = await caller.call('POST', '/v3/core/connections', {
      body: {
        company_name: `Company ${count}`,
        integration_type: 'ROOTFI_SANDBOX',
        credentials: { tenant_id: `page-${count}` },
        sync_config: [{ data_model: 'INVOICES', frequency: 'HOURLY', interval: 2 }],
      },
    });
    const connectionId = BigInt(body.data.rootfi_id);
    const initial = await api.database.db.prisma.sync.findFirstOrThrow({ where: { connectionId } });
    await api.database.db.prisma.syncJob.deleteMany({ where: { connectionId } });
    return {
      connectionId,
      companyId: body.data.rootfi_company_id as number,
      path: `/v3/core/connections/${connectionId}`,
      job: (minute: number, more: object = {}) =>
        api.database.db.prisma.syncJob.create({
          data: {
            syncId: initial.id,
            connectionId,
            dataModel: 'INVOICES',
            mode: 'incremental',
            trigger: 'auto',
            state: 'SUCCESS',
            createdAt: at(minute),
            startedAt: at(minute),
            endedAt: at(minute),
            counts: counts(minute),
            ...more,
          },
        }),
      syncId: initial.syncId,
    };
  }
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
  const counts = (changed: number) => ({
    fetched: 100,
    inserted: 1,
    changed,
    unchanged: 0,
    revived: 0,
    repeated: 0,
    quarantined: 0,
    deleted: 0,
  });
  const get = async (path: string) => {
    const { status, body } = await caller.call('GET', path);
    expect([path, status, body.error]).toEqual([path, 200, undefined]);
    return body;
  };
  const invoices = async (path: string) =>
    (await get(`${path}/models`)).data.find(
      (model: { data_model: string }) => model.data_model === 'INVOICES',
    );

  it('tells each data model’s words, its last sync and what the last 24 jobs changed', async () => {
    const { path, job, syncId } = await connected();
    expect(await invoices(path)).toMatchObject({
      frequency_words: 'every 2 hours',
      changes: [],
      last_sync: null,
      deletions_held: 0,
      message: expect.stringMatching(/\w/),
    });
    for (let minute = 0; minute < 26; minute += 1) await job(minute);
    await job(26, { state: 'FAILED', counts: undefined, errorCode: 'internal' });
    await job(27, { state: 'RUNNING', counts: undefined, endedAt: null });
    const model = await invoices(path);
    expect(model.changes).toEqual([...Array.from({ length: 23 }, (_, n) => n + 4), 0]);
    expect(model.last_sync).toEqual({
      sync_id: syncId,
      status: 'FAILED',
      ended_at: at(26).toISOString(),
    });
  });

  it('lists its runs newest first, by data model and span of time, each once', async () => {
    const { path, job, connectionId, syncId } = await connected();
    const { id: pullId } = await api.database.db.prisma.pull.create({
      data: {
        connectionId,
        dataModel: 'INVOICES',
        kind: 'backfill',
        lane: 'backfill',
        fence: 1,
        startedAt: at(0),
        takenAt: at(0),
        resumeAt: new Date(Date.now() + 60_000),
        fetched: 7,
      },
    });
    await job(0, {
      state: 'RUNNING',
      mode: 'full',
      trigger: 'manual',
      pullId,
      counts: undefined,
      endedAt: null,
    });
    for (const minute of [1, 2, 3]) await job(minute);
    await job(3, { dataModel: 'BILLS', state: 'FAILED', errorCode: 'internal', errorMessage: 'x' });
    await job(4);
    const seen: { created_at: string; data_model: string }[] = [];
    let next: string | undefined = '';
    while (next !== undefined) {
      const body = await get(`${path}/runs?limit=2&next=${next}`);
      seen.push(...body.data);
      next = body.next;
    }
    const minutes = (rows: { created_at: string }[]) =>
      rows.map((row) => new Date(row.created_at).getUTCMinutes());
    expect(minutes(seen)).toEqual([4, 3, 3, 2, 1, 0]);
    expect(seen[1]).toMatchObject({
      data_model: 'BILLS',
      lane: 'scheduled',
      error: { code: 'internal', message: 'x', docs_url: '/docs/errors#job-internal' },
    });
    expect(seen[5]).toMatchObject({
      sync_id: syncId,
      lane: 'backfill',
      state: 'RUNNING',
      sleeping_until: expect.any(String),
      counts: { fetched: 7, changed: 0 },
    });
    const [open] = (await get(`/v3/core/syncs/${syncId}/jobs`)).data;
    expect(open.progress).toMatchObject({
      phase: 'listing',
      records: 7,
      estimated_records: null,
      eta_seconds: null,
      retry_at: null,
      resume_at: expect.any(String),
      message: expect.stringContaining('quota'),
    });
    const span = `from=${at(2).toISOString()}&to=${at(4).toISOString()}`;
    // What is open belongs to every span that begins after it.
    expect(minutes((await get(`${path}/runs?${span}`)).data)).toEqual([3, 3, 2, 0]);
    expect(minutes((await get(`${path}/runs?data_model=BILLS`)).data)).toEqual([3]);
  });

  it('shows the quota that is declared, then the ledger’s', async () => {
    const { path, connectionId } = await connected();
    const { prisma } = api.database.db;
    const { account } = await prisma.connection.findUniqueOrThrow({ where: { id: connectionId } });
    expect((await get(`${path}/quota`)).data).toEqual({
      account,
      windows: [],
      concurrent: { limit: 1, used: 0 },
      blocked_until: null,
      waiting_lanes: [],
    });
    const fresh = newQuotaState({
      windows: { hour: 1_000 },
      counting: 'rolling',
      concurrent: 4,
      observable: false,
    });
    const now = Date.now();
    const blocked = settle(fresh, {
      leaseId: 'x',
      calls: 1,
      now,
      observed: null,
      limited: { retryAfterMs: 60_000 },
    });
    blocked.windows.hour?.buckets.push([now, 0, 250, 0]);
    await prisma.quotaAccount.create({
      data: { account: `ROOTFI_SANDBOX:${account}`, state: JSON.parse(JSON.stringify(blocked)) },
    });
    expect((await get(`${path}/quota`)).data).toMatchObject({
      windows: [
        {
          window: 'hour',
          limit: 1_000,
          used: 250,
          remaining: 750,
          resets_at: expect.any(String),
          reserved_for_writes: 0,
        },
      ],
      concurrent: { limit: 4, used: 0 },
      blocked_until: new Date(now + 60_000).toISOString(),
    });
  });

  it('estimates the calls of its sync config, and of another one', async () => {
    const { path, job, connectionId } = await connected();
    const { prisma } = api.database.db;
    const { account } = await prisma.connection.findUniqueOrThrow({ where: { id: connectionId } });
    expect((await get(`${path}/estimate`)).data).toEqual({
      calls_per_hour: 0.5,
      by_model: [
        {
          data_model: 'INVOICES',
          calls_per_run: 1,
          runs_per_hour: 0.5,
          calls_per_hour: 0.5,
          basis: 'assumed',
        },
      ],
      limits: [],
      warnings: [],
    });
    for (const minute of [1, 2]) await job(minute, { pages: minute * 2 });
    await job(3, { pages: 900, trigger: 'manual', mode: 'full' });
    const state = newQuotaState({
      windows: { hour: 100 },
      counting: 'rolling',
      concurrent: 4,
      observable: false,
    });
    await prisma.quotaAccount.create({
      data: { account: `ROOTFI_SANDBOX:${account}`, state: JSON.parse(JSON.stringify(state)) },
    });
    const { status, body } = await caller.call('POST', `${path}/estimate`, {
      body: {
        sync_config: [
          { data_model: 'INVOICES', frequency: 'MINUTELY' },
          { data_model: 'BILLS', enabled: false, frequency: 'MINUTELY' },
        ],
      },
    });
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      by_model: [{ data_model: 'INVOICES', calls_per_run: 3, runs_per_hour: 60 }],
      limits: [{ window: 'hour', limit: 100, calls: 180, share: 1.8 }],
      warnings: [expect.stringContaining('180 %')],
    });
  });

  it('previews a schedule: counted from a connection, or in a zone', async () => {
    const { connectionId } = await connected();
    const preview = async (body: object) => {
      const answer = await caller.call('POST', '/v3/core/schedule/preview', { body });
      expect([answer.status, answer.body.error]).toEqual([200, undefined]);
      return answer.body.data;
    };
    const { createdAt } = await api.database.db.prisma.connection.findUniqueOrThrow({
      where: { id: connectionId },
    });
    const hourly = await preview({
      frequency: 'HOURLY',
      interval: 6,
      connection_id: Number(connectionId),
    });
    expect(hourly).toMatchObject({ words: 'every 6 hours', runs_per_day: 4 });
    expect(hourly.next).toHaveLength(5);
    const jitter = new Date(hourly.next[0]).getTime() - createdAt.getTime() - 6 * 3_600_000;
    expect(jitter).toBeGreaterThanOrEqual(0);
    expect(jitter).toBeLessThan(120_000);
    const daily = await preview({ cron: '30 6 * * *', timezone: 'Asia/Kolkata' });
    expect(daily.next.every((at: string) => at.includes('T01:00:00.000Z'))).toBe(true);
    expect((await preview({ frequency: 'NEVER' })).next).toEqual([]);
  });

  it('lists the activity of its company, newest first, page by page', async () => {
    const { companyId, connectionId } = await connected();
    const first = await get(`/v3/core/companies/${companyId}/activity?limit=1`);
    expect(first.data).toMatchObject([
      { activity_type: 'CONNECTION_CREATED', rootfi_connection_id: Number(connectionId) },
    ]);
    const second = await get(`/v3/core/companies/${companyId}/activity?next=${first.next}`);
    expect(second.data.map((entry: { activity_type: string }) => entry.activity_type)).toEqual([
      'COMPANY_CREATED',
    ]);
    expect(second.next).toBeUndefined();
  });
});
