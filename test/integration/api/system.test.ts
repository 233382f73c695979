import type { WorkerSighting } from '../../../infra/temporal-workers';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';

const MINUTE = 60_000;

describe('the system page', () => {
  let api: TestApi;
  let organisation: TestOrganisation;
  let workers: readonly WorkerSighting[] | null;

  beforeAll(async () => {
    api = await startApi({
      change: (deps) => ({
        ...deps,
        waker: { ...deps.waker, workers: async () => workers },
        config: { ...deps.config, temporalUiUrl: 'http://127.0.0.1:8233' },
      }),
    });
    organisation = await api.organisation();
  });
  afterAll(() => api.close());
  beforeEach(() => {
    workers = [];
  });

  const read = async () => (await organisation.call('GET', '/v3/core/system')).body.data;
  const ago = (ms: number) => new Date(Date.now() - ms);

  it('tells what runs where', async () => {
    const system = await read();
    expect(system).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      node_version: process.versions.node,
      temporal: { status: 'up', namespace: 'default', ui_url: 'http://127.0.0.1:8233' },
      database: { status: 'up', version: expect.stringMatching(/^1\d/), records_estimate: 0 },
      queue: { queued_jobs: 0, running_jobs: 0, oldest_queued_at: null },
      ticks: {
        window_hours: 24,
        on_time: 0,
        late: 0,
        collapsed: 0,
        lateness_p50_ms: null,
        lateness_p99_ms: null,
      },
      worker: { last_seen_at: null, is_running: false, processes: 0 },
    });
    expect(system.database.size_bytes).toBeGreaterThan(1_000_000);
    expect(Date.parse(system.started_at)).toBeLessThan(Date.now());
  });

  it('counts the workers that asked for work lately', async () => {
    workers = [
      { identity: '1@a', seenAt: ago(10_000) },
      { identity: '2@a', seenAt: ago(70_000) },
      { identity: '3@a', seenAt: ago(2 * MINUTE) },
    ];
    expect((await read()).worker).toEqual({
      last_seen_at: workers[0]?.seenAt.toISOString(),
      is_running: true,
      processes: 2,
    });
    workers = workers.slice(2);
    expect((await read()).worker).toMatchObject({ is_running: false, processes: 0 });
    workers = null;
    expect(await read()).toMatchObject({
      temporal: { status: 'down' },
      worker: { last_seen_at: null, is_running: false },
    });
  });

  it('counts queue and connections of the organisation alone, each connection once', async () => {
    const other = await api.organisation('Other');
    await connect(other, 'other');
    const ids = [];
    for (const tenant of ['healthy', 'paused', 'expired', 'sleeping']) {
      ids.push(await connect(organisation, tenant));
    }
    const [, paused, expired, sleeping] = ids;
    const { prisma } = api.database.db;
    await prisma.connection.update({ where: { id: paused ?? 0n }, data: { paused: true } });
    await prisma.connection.update({ where: { id: expired ?? 0n }, data: { status: 'EXPIRED' } });
    await prisma.pull.create({
      data: {
        connectionId: sleeping ?? 0n,
        dataModel: 'INVOICES',
        kind: 'backfill',
        fence: 1n,
        lane: 'backfill',
        startedAt: new Date(),
        takenAt: new Date(),
        resumeAt: new Date(Date.now() + MINUTE),
      },
    });
    const system = await read();
    expect(system.connections).toEqual({
      healthy: 1,
      sleeping: 1,
      expired: 1,
      disconnected: 0,
      paused: 1,
      pending: 0,
    });
    // Each connecting has queued one initial job.
    expect(system.queue).toMatchObject({ queued_jobs: 4, running_jobs: 0 });
    expect(Date.parse(system.queue.oldest_queued_at)).toBeLessThanOrEqual(Date.now());
  });

  it('tells ticks on time from late ones, and how many were missed', async () => {
    const lateness = [100, 200, 300, 400, 15_000];
    for (const ms of lateness) await tick(ago(30 * MINUTE), ms, 0);
    await tick(ago(20 * MINUTE), null, 3);
    await tick(ago(25 * 60 * MINUTE), 90_000, 7);
    const { ticks } = await read();
    expect(ticks).toMatchObject({ window_hours: 24, on_time: 4, late: 2, collapsed: 3 });
    expect(ticks.lateness_p50_ms).toBe(350);
    // The one that has waited for twenty minutes.
    expect(ticks.lateness_p99_ms).toBeGreaterThan(15_000);
  });

  async function connect(of: TestOrganisation, tenant: string): Promise<bigint> {
    await api.sandbox.createTenant(tenant, {});
    const { body } = await of.call('POST', '/v3/core/connections', {
      body: {
        company_name: tenant,
        integration_type: 'ROOTFI_SANDBOX',
        credentials: { tenant_id: tenant },
        sync_config: [{ data_model: 'INVOICES' }],
      },
    });
    return BigInt(body.data.rootfi_id);
  }

  /** A tick and its one job, begun this long after its due time; null = it still waits. */
  async function tick(dueAt: Date, latenessMs: number | null, missedTicks: number): Promise<void> {
    const { prisma } = api.database.db;
    const sync = await prisma.sync.create({
      data: {
        syncId: `tick-${dueAt.getTime()}-${latenessMs}`,
        organisationId: organisation.id,
        companyId: 1n,
        connectionId: 1n,
        integrationType: 'ROOTFI_SANDBOX',
        mode: 'incremental',
        trigger: 'auto',
        dataModels: ['INVOICES'],
        dueAt,
        createdAt: dueAt,
      },
    });
    await prisma.syncJob.create({
      data: {
        syncId: sync.id,
        connectionId: 1n,
        dataModel: 'INVOICES',
        mode: 'incremental',
        trigger: 'auto',
        dueAt,
        missedTicks,
        state: latenessMs === null ? 'CREATED' : 'SUCCESS',
        startedAt: latenessMs === null ? null : new Date(dueAt.getTime() + latenessMs),
      },
    });
  }
});
