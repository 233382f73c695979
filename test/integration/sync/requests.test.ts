import { AppError } from '../../../core/errors';
import type { ConnectionStatus } from '../../../core/names';
import { deleteConnection, pauseConnection } from '../../../store/connections';
import { requestSync, type SyncRequest } from '../../../store/requests';
import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';

jest.setTimeout(60_000);

let stack: Stack;
let look: Facts;
let id: bigint;
beforeAll(async () => {
  stack = await startStack();
  look = facts(stack);
  id = await look.synced('requests', { seed: { invoices: 30, bills: 5, contacts: 10 } }, [
    entry('INVOICES'),
    entry('BILLS'),
    entry('CONTACTS', { enabled: false }),
    entry('ACCOUNTS', { scope_access: { READ: false } }),
  ]);
});
afterAll(() => stack.close());

function ask(more: Partial<SyncRequest> = {}) {
  return requestSync(stack.database.db, {
    organisationId: stack.organisationId,
    connectionId: id,
    mode: 'incremental',
    models: null,
    allowMassDelete: false,
    trigger: 'manual',
    idempotency: null,
    ...more,
  });
}

async function refusal(asked: Promise<unknown>): Promise<[number, string, string]> {
  const error: unknown = await asked.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`Not refused: ${String(error)}`);
  return [error.status, error.code, error.field];
}

const names = (...models: ('INVOICES' | 'BILLS' | 'CONTACTS' | 'ACCOUNTS' | 'CRM_DEALS')[]) =>
  models.map((dataModel) => ({ dataModel, since: null }));

describe('which data models', () => {
  it('takes all enabled ones where none is named, in one sync with a job for each', async () => {
    for (const models of [null, []]) {
      const { syncId, dataModels } = await ask({ models });
      expect([...dataModels].sort()).toEqual(['BILLS', 'INVOICES']);
      await stack.wake(id);
      const sync = await stack.ended(syncId);
      expect(sync.status).toBe('SUCCESS');
      expect(sync.jobs.map((job) => job.dataModel)).toEqual(['BILLS', 'INVOICES']);
    }
  });

  it('takes names and dates, mixed', async () => {
    const since = new Date(Date.now() - 86_400_000);
    const { syncId } = await ask({
      models: [
        { dataModel: 'INVOICES', since },
        { dataModel: 'BILLS', since: null },
      ],
    });
    await stack.wake(id);
    await stack.ended(syncId);
    const jobs = (await look.jobs(id)).slice(-2);
    expect(jobs.map((job) => [job.dataModel, job.mode, job.since])).toEqual([
      ['INVOICES', 'from_date', since],
      ['BILLS', 'incremental', null],
    ]);
  });

  it('refuses an unknown, a disabled and an unreadable one with 400, naming the field, and stores nothing', async () => {
    const before = await look.syncs(id);
    for (const dataModel of ['CRM_DEALS', 'CONTACTS', 'ACCOUNTS'] as const) {
      expect(await refusal(ask({ models: names('INVOICES', dataModel) }))).toEqual([
        400,
        'invalid-params',
        'data_models_to_sync',
      ]);
    }
    expect(await look.syncs(id)).toHaveLength(before.length);
  });

  it('refuses a request for everything where nothing is enabled', async () => {
    await stack.sandbox.createTenant('bare');
    const bare = await stack.connect('bare', []);
    expect(await refusal(ask({ connectionId: bare }))).toEqual([
      400,
      'invalid-params',
      'data_models_to_sync',
    ]);
  });
});

describe('which connection', () => {
  it('knows none of another organisation, none that is deleted, none that never was', async () => {
    const other = await stack.database.db.prisma.organisation.create({ data: { name: 'Other' } });
    await stack.sandbox.createTenant('gone');
    const gone = await stack.connect('gone', []);
    await deleteConnection(stack.database.db, {
      organisationId: stack.organisationId,
      connectionId: gone,
    });
    for (const named of [
      { organisationId: other.id },
      { connectionId: gone },
      { connectionId: 999_999n },
    ]) {
      expect((await refusal(ask(named))).slice(0, 2)).toEqual([404, 'not-found']);
    }
  });

  it('refuses one that is EXPIRED, PENDING or DISCONNECTED with 403', async () => {
    const { prisma } = stack.database.db;
    const put = (status: ConnectionStatus) =>
      prisma.connection.update({ where: { id }, data: { status } });
    try {
      for (const status of ['EXPIRED', 'PENDING', 'DISCONNECTED'] as const) {
        await put(status);
        expect((await refusal(ask())).slice(0, 2)).toEqual([403, 'operation-denied']);
      }
    } finally {
      await put('HEALTHY');
    }
  });

  it('syncs a paused one on request', async () => {
    const paused = await look.synced('paused', { seed: { invoices: 3 } }, [entry('INVOICES')]);
    await pauseConnection(stack.database.db, {
      organisationId: stack.organisationId,
      connectionId: paused,
    });
    await stack.sandbox.insert('paused', 'invoices', [{ memo: 'new' }]);
    const sync = await stack.ended(await stack.sync(paused));
    expect(jobOf(sync, 'INVOICES')).toMatchObject({ state: 'SUCCESS', counts: { inserted: 1 } });
  });
});

describe('a busy connection', () => {
  it('queues: every request has a sync and jobs of its own, and one pull serves all that waited', async () => {
    const busy = await look.synced(
      'busy',
      { seed: { invoices: 30 }, page_size: 10, latency_ms: 100 },
      [entry('INVOICES')],
    );
    const running = await stack.sync(busy, { mode: 'full' });
    await look.running(running);
    const earliest = new Date(Date.now() - 90 * 86_400_000);
    const later = new Date(Date.now() - 30 * 86_400_000);
    const waited = await Promise.all([
      stack.sync(busy, { models: [{ dataModel: 'INVOICES', since: later }] }),
      stack.sync(busy, { models: [{ dataModel: 'INVOICES', since: earliest }] }),
      stack.sync(busy, { models: [{ dataModel: 'INVOICES', since: later }] }),
    ]);
    expect(new Set([running, ...waited]).size).toBe(4);
    const ended = await Promise.all([running, ...waited].map((sync) => stack.ended(sync)));
    expect(ended.map((sync) => [sync.status, sync.jobs.length])).toEqual([
      ['SUCCESS', 1],
      ['SUCCESS', 1],
      ['SUCCESS', 1],
      ['SUCCESS', 1],
    ]);
    const pulls = (await look.pulls(busy, 'INVOICES')).slice(1);
    expect(pulls.map((pull) => [pull.since, pull.sweep])).toEqual([
      [null, true],
      [earliest, false],
    ]);
  });

  it('sweeps for all where one of the joined jobs asks for it, from the earliest start', async () => {
    const joined = await look.synced('joined', { seed: { invoices: 20 } }, [entry('INVOICES')]);
    const [gone] = await look.truthIds('joined', 'invoices');
    await stack.sandbox.remove('joined', 'invoices', gone ?? '');
    const syncs = [
      await stack.request(joined, {
        models: [{ dataModel: 'INVOICES', since: new Date(Date.now() - 3_600_000) }],
      }),
      await stack.request(joined, { mode: 'full' }),
    ];
    await stack.wake(joined);
    const ended = await Promise.all(syncs.map((sync) => stack.ended(sync)));
    expect(ended.map((sync) => jobOf(sync, 'INVOICES').counts)).toEqual([
      expect.objectContaining({ fetched: 19, deleted: 1 }),
      expect.objectContaining({ fetched: 19, deleted: 1 }),
    ]);
    expect(await look.pulls(joined, 'INVOICES')).toHaveLength(2);
  });

  it('computes the window when the pull is opened, not when it was asked for', async () => {
    const late = await look.synced('late', { seed: { invoices: 5 } }, [entry('INVOICES')]);
    const sync = await stack.request(late);
    const watermark = new Date(Date.now() - 3_600_000);
    await look.setModel(late, 'INVOICES', { watermark });
    await stack.wake(late);
    await stack.ended(sync);
    const pull = (await look.pulls(late, 'INVOICES')).at(-1);
    expect(pull?.since).toEqual(new Date(watermark.getTime() - 300_000));
  });
});

describe('Idempotency-Key', () => {
  const key = (more: object = {}) => ({
    idempotency: { path: '/v3/core/syncs', key: 'k1', bodyHash: 'same', ...more },
  });

  it('answers the same sync for the same body, whatever has become of the connection since', async () => {
    const first = await ask(key());
    expect(first.replayed).toBe(false);
    const { prisma } = stack.database.db;
    await prisma.connection.update({ where: { id }, data: { status: 'EXPIRED' } });
    const again = await ask(key());
    await prisma.connection.update({ where: { id }, data: { status: 'HEALTHY' } });
    expect(again).toEqual({ ...first, replayed: true });
  });

  it('refuses another body with 409', async () => {
    await ask(key());
    expect((await refusal(ask(key({ bodyHash: 'other' })))).slice(0, 2)).toEqual([409, 'conflict']);
  });

  it('holds per path and per key', async () => {
    const first = await ask(key());
    const others = [await ask(key({ path: '/elsewhere' })), await ask(key({ key: 'k2' }))];
    for (const other of others) expect(other.syncId).not.toBe(first.syncId);
  });

  it('holds per organisation', async () => {
    const { prisma } = stack.database.db;
    const other = await prisma.organisation.create({ data: { name: 'Other' } });
    const first = await ask(key());
    await prisma.connection.update({ where: { id }, data: { organisationId: other.id } });
    const theirs = await ask({ organisationId: other.id, ...key({ bodyHash: 'other' }) });
    await prisma.connection.update({
      where: { id },
      data: { organisationId: stack.organisationId },
    });
    expect(theirs.syncId).not.toBe(first.syncId);
  });

  it('holds for 24 hours', async () => {
    const { prisma } = stack.database.db;
    const aged = (hours: number) =>
      prisma.idempotencyKey.updateMany({
        where: { key: 'k3' },
        data: { createdAt: new Date(Date.now() - hours * 3_600_000) },
      });
    const first = await ask(key({ key: 'k3' }));
    await aged(23.9);
    expect((await ask(key({ key: 'k3' }))).syncId).toBe(first.syncId);
    await aged(24.1);
    const anew = await ask(key({ key: 'k3', bodyHash: 'other' }));
    expect(anew.syncId).not.toBe(first.syncId);
    expect((await ask(key({ key: 'k3', bodyHash: 'other' }))).syncId).toBe(anew.syncId);
  });

  it('makes one sync of requests that come at one instant', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(key({ key: 'k4' }))));
    expect(new Set(answers.map((answer) => answer.syncId)).size).toBe(1);
    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
  });
});
