import { createRequestLog } from '../../../activities/request-log';
import { createLogger } from '../../../infra/logger';
import { deleteConnection } from '../../../store/connections';
import { prune, purgeDeleted } from '../../../store/repair';
import { type RequestEntry, requestStore } from '../../../store/request-log';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';
import { type Facts, facts } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';

jest.setTimeout(60_000);

const logger = createLogger({ process: 'test', level: 'silent' });
const DAY_MS = 86_400_000;

describe('the log of calls to a platform', () => {
  let stack: Stack;
  let look: Facts;
  let api: TestApi;
  let caller: TestOrganisation;
  beforeAll(async () => {
    stack = await startStack();
    look = facts(stack);
    api = await startApi({ on: stack });
    caller = await api.organisation('Test', stack.organisationId);
  });
  afterAll(async () => {
    await api?.close();
    await stack?.close();
  });

  const jobIdOf = async (syncId: string): Promise<number> => {
    const { body } = await caller.call('GET', `/v3/core/syncs/${syncId}/jobs`);
    return body.data[0].rootfi_id;
  };
  const logOf = async (jobId: number, query = '') => {
    const { status, body } = await caller.call(
      'GET',
      `/v3/core/syncs/jobs/${jobId}/requests?${query}`,
    );
    expect([status, body.error]).toEqual([200, undefined]);
    return body;
  };
  const logged = (jobId: number, count: number) =>
    until(`${count} calls in the log`, 5_000, async () => {
      const body = await logOf(jobId);
      return body.data.length >= count ? body : null;
    });

  it('tells each call of a job, and of one that failed what it answered', async () => {
    await stack.sandbox.createTenant('logged', {
      seed: { invoices: 250 },
      page_size: 100,
      limits: { per_minute: 500 },
    });
    const id = await stack.connect('logged', [entry('INVOICES')]);
    const initial = await stack.endedOf(id, { trigger: 'initial' });
    const jobId = await jobIdOf(initial.syncId);
    const { data } = await logged(jobId, 3);
    expect(data).toHaveLength(3);
    expect(data[0]).toEqual({
      at: expect.any(String),
      method: 'GET',
      path: expect.stringMatching(/^\/.*invoices\?.*cursor=/),
      status: 200,
      ms: expect.any(Number),
      quota_remaining: expect.any(Number),
      bytes: expect.any(Number),
      error: null,
      body_start: null,
    });
    expect(data[0].at >= data[2].at).toBe(true);
    const first = await logOf(jobId, 'limit=2');
    const rest = await logOf(jobId, `limit=2&next=${first.next}`);
    expect([...first.data, ...rest.data]).toEqual(data);

    await stack.sandbox.fault('logged', { kind: 'status', status: 503, times: 1 });
    await stack.sandbox.fault('logged', { kind: 'reset', after_requests: 1, times: 1 });
    const again = await stack.ended(await stack.sync(id));
    expect(again.status).toBe('SUCCESS');
    const failedId = await jobIdOf(again.syncId);
    await logged(failedId, 2);
    const { data: failed } = await logOf(failedId, 'failed=true');
    expect(failed.length).toBeGreaterThanOrEqual(1);
    const answered = failed.find((call: { status: number | null }) => call.status === 503);
    expect(answered).toMatchObject({
      error: expect.stringContaining('503'),
      body_start: expect.stringMatching(/\w/),
      quota_remaining: expect.any(Number),
    });
    const queued = await stack.request(id);
    expect(await logOf(await jobIdOf(queued))).toEqual({ data: [] });
    await stack.wake(id);
    await stack.ended(queued);
  });

  const call = (connectionId: bigint, pullId: bigint, n: number): RequestEntry => ({
    connectionId,
    pullId,
    at: new Date(),
    method: 'GET',
    path: `/page/${n}`,
    status: 200,
    ms: 1,
    quotaRemaining: null,
    bytes: null,
    error: null,
    bodyStart: null,
  });
  const paths = async (pullId: bigint) =>
    (
      await stack.database.db.prisma.platformRequest.findMany({
        where: { pullId },
        orderBy: { id: 'asc' },
      })
    ).map((row) => row.path);

  it('keeps the first and the newest calls of a pull, in the order they were made', async () => {
    const id = await look.synced('many', { seed: { invoices: 1 } }, [entry('INVOICES')]);
    const log = createRequestLog(requestStore(stack.database.db), logger);
    for (let n = 1; n <= 4_000; n += 1) {
      log.add(call(id, 77_777n, n));
      if (n % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await log.close();
    const kept = await paths(77_777n);
    expect(kept.length).toBeLessThanOrEqual(2_500);
    expect(kept.length).toBeGreaterThanOrEqual(2_000);
    expect(kept.slice(0, 200)).toEqual(Array.from({ length: 200 }, (_, n) => `/page/${n + 1}`));
    expect(kept.slice(-1_500)).toEqual(
      Array.from({ length: 1_500 }, (_, n) => `/page/${n + 2_501}`),
    );
  });

  it('loses lines where it cannot be written, and nothing else', async () => {
    const written: RequestEntry[] = [];
    let isDown = true;
    const log = createRequestLog(
      {
        async insert(entries) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          if (isDown) throw new Error('down');
          written.push(...entries);
        },
        trim: async () => undefined,
      },
      logger,
    );
    // Far more than is kept waiting: the newest are.
    for (let n = 1; n <= 12_000; n += 1) log.add(call(1n, 1n, n));
    isDown = false;
    await log.close();
    expect(written.length).toBeGreaterThan(4_000);
    expect(written.length).toBeLessThanOrEqual(5_400);
    expect(written.at(-1)?.path).toBe('/page/12000');
  });

  it('gives up at once where a process stops while the database is away', async () => {
    let tries = 0;
    const insert = async () => {
      tries += 1;
      throw new Error('down');
    };
    const log = createRequestLog({ insert, trim: async () => undefined }, logger);
    for (let n = 1; n <= 150; n += 1) log.add(call(1n, 1n, n));
    await log.close();
    expect(tries).toBe(1);
    for (let n = 1; n <= 1_000; n += 1) log.add(call(1n, 1n, n));
    await log.close();
    expect(tries).toBeLessThanOrEqual(3);
  });

  it('goes with its connection, and after its days; late lines of a deleted one are not written', async () => {
    const { db } = stack.database;
    const keep = { quietDays: 7, allDays: 90, requestLogDays: 7 };
    const id = await look.synced('gone', { seed: { invoices: 1 } }, [entry('INVOICES')]);
    const store = requestStore(db);
    const old = new Date(Date.now() - 8 * DAY_MS);
    await store.insert([{ ...call(id, 55_555n, 1), at: old }, call(id, 55_555n, 2)]);
    await prune(db, keep);
    expect(await paths(55_555n)).toEqual(['/page/2']);
    await deleteConnection(db, { organisationId: stack.organisationId, connectionId: id });
    await store.insert([call(id, 55_555n, 3)]);
    await purgeDeleted(db, Date.now() + 10_000);
    const left = await db.prisma.platformRequest.count({ where: { connectionId: id } });
    expect(left).toBe(0);
  });
});
