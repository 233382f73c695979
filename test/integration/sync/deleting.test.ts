import { requestSync } from '../../../store/requests';
import { purgeDeleted } from '../../../store/repair';
import { connectionWorkflowId } from '../../../workflows/contract';
import { signalConnection } from '../../../infra/temporal';
import { type Actions, actions } from '../../support/actions';
import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';
import { variant } from '../../support/variants';

jest.setTimeout(60_000);

let stack: Stack;
let look: Facts;
let act: Actions;
beforeAll(async () => {
  stack = await startStack({ connectors: [variant('SECOND', {})] });
  look = facts(stack);
  act = actions(stack);
});
afterAll(() => stack.close());

/** Rows of a connection that are left, by table. */
async function left(id: bigint): Promise<Record<string, number>> {
  const rows = await stack.database.db.prisma.$queryRaw<{ name: string; n: bigint }[]>`
    SELECT 'connections' AS name, count(*) AS n FROM connections WHERE id = ${id}
    UNION ALL SELECT 'credentials', count(*) FROM credentials WHERE connection_id = ${id}
    UNION ALL SELECT 'sync_configs', count(*) FROM sync_configs WHERE connection_id = ${id}
    UNION ALL SELECT 'model_states', count(*) FROM model_states WHERE connection_id = ${id}
    UNION ALL SELECT 'syncs', count(*) FROM syncs WHERE connection_id = ${id}
    UNION ALL SELECT 'sync_jobs', count(*) FROM sync_jobs WHERE connection_id = ${id}
    UNION ALL SELECT 'pulls', count(*) FROM pulls WHERE connection_id = ${id}
    UNION ALL SELECT 'records', count(*) FROM records WHERE connection_id = ${id}
    UNION ALL SELECT 'quarantined_records', count(*) FROM quarantined_records WHERE connection_id = ${id}`;
  return Object.fromEntries(rows.flatMap(({ name, n }) => (n > 0n ? [[name, Number(n)]] : [])));
}

async function connectionWorkflow(id: bigint): Promise<string> {
  const handle = stack.temporal.workflow.getHandle(connectionWorkflowId(id.toString()));
  return (await handle.describe()).status.name;
}

const workflowsEnd = (id: bigint) =>
  until('the workflows to end', 15_000, async () => {
    const models = [await look.workflow(id, 'INVOICES'), await connectionWorkflow(id)];
    return models.every((status) => status === 'COMPLETED') ? true : null;
  });

test('deleted in mid-sync: no page is stored after it, jobs end, workflows end, then everything goes', async () => {
  const id = await look.synced('deleted', { seed: { invoices: 40 }, page_size: 5 }, [
    entry('INVOICES'),
  ]);
  const [bad = ''] = await look.truthIds('deleted', 'invoices');
  await stack.sandbox.change('deleted', 'invoices', bad, { total_amount: { oops: true } });
  await stack.ended(await stack.sync(id));
  const truth = await look.truthIds('deleted', 'invoices');
  for (const each of truth.slice(1)) {
    await stack.sandbox.change('deleted', 'invoices', each, { memo: 'changed' });
  }
  await stack.sandbox.fault('deleted', { kind: 'slow', ms: 250, times: 0 });
  const syncId = await stack.sync(id, { mode: 'full' });
  await look.running(syncId, 2);

  await act.delete(id);
  const atDeletion = await look.records(id, 'INVOICES');
  const job = jobOf(await stack.ended(syncId), 'INVOICES');
  expect(job).toMatchObject({ state: 'FAILED', errorCode: 'connection-deleted' });
  await workflowsEnd(id);
  expect(await look.records(id, 'INVOICES')).toEqual(atDeletion);
  expect((await look.pulls(id, 'INVOICES')).map((pull) => pull.state)).not.toContain('RUNNING');
  const asked = requestSync(stack.database.db, {
    organisationId: stack.organisationId,
    connectionId: id,
    mode: 'incremental',
    models: null,
    allowMassDelete: false,
    trigger: 'manual',
    idempotency: null,
  });
  await expect(asked).rejects.toMatchObject({ code: 'not-found' });

  const { companyId } = await look.connection(id);
  expect(Object.keys(await left(id))).toHaveLength(9);
  expect((await act.repair()).rowsRemoved).toBeGreaterThan(0);
  expect(await left(id)).toEqual({});
  const seen = await stack.database.db.prisma.pullSeen.count();
  expect(seen).toBe(0);
  // The company has lost a connection, not its life.
  const company = await stack.database.db.prisma.company.findUnique({ where: { id: companyId } });
  expect(company).toMatchObject({ deletedAt: null });
});

test('a late signal cannot revive it, before it is purged or after', async () => {
  const id = await look.synced('late', { seed: { invoices: 5 } }, [entry('INVOICES')]);
  await act.delete(id);
  await workflowsEnd(id);
  const calls = (await stack.sandbox.requests('late')).count;
  const signal = async () => {
    const payload = { syncId: 'late', mode: 'incremental', dataModels: ['INVOICES'] };
    await signalConnection(stack.temporal, id.toString(), 'ROOTFI_SANDBOX', {
      signal: 'syncRequested',
      payload,
    });
    await workflowsEnd(id);
  };
  await signal();
  await act.repair();
  await signal();
  expect(await left(id)).toEqual({});
  expect((await stack.sandbox.requests('late')).count).toBe(calls);
});

test('an interrupted purge goes on where it was, however much there is', async () => {
  const id = await look.synced('large', { seed: { invoices: 5 } }, [entry('INVOICES')]);
  // More syncs than a batch holds.
  await stack.database.db.prisma.$executeRaw`
    WITH s AS (
      INSERT INTO syncs (sync_id, organisation_id, company_id, connection_id, integration_type, mode, trigger, status,
        ended_at)
      SELECT 'large-' || n, ${stack.organisationId}, 1, ${id}, 'ROOTFI_SANDBOX', 'incremental', 'auto', 'SUCCESS', now()
      FROM generate_series(1, 6000) n RETURNING id
    )
    INSERT INTO sync_jobs (sync_id, connection_id, data_model, mode, trigger, state)
    SELECT id, ${id}, 'INVOICES', 'incremental', 'auto', 'SUCCESS' FROM s`;
  await act.delete(id);
  await workflowsEnd(id);
  await purgeDeleted(stack.database.db, Date.now() - 1);
  expect(await left(id)).toMatchObject({ connections: 1, syncs: 6001, sync_jobs: 6001 });
  await act.repair();
  expect(await left(id)).toEqual({});
});

test('a company goes with all its connections, and no other’s', async () => {
  const first = await look.synced('company', { seed: { invoices: 5 } }, [entry('INVOICES')]);
  const { companyId } = await look.connection(first);
  const second = await look.synced('company-2', { seed: { invoices: 5 } }, [entry('INVOICES')], {
    companyId,
    platform: 'SECOND',
  });
  const other = await look.synced('neighbour', { seed: { invoices: 5 } }, [entry('INVOICES')]);
  await act.deleteCompany(companyId);
  for (const id of [first, second]) {
    expect((await look.connection(id)).deletedAt).not.toBeNull();
    await workflowsEnd(id);
  }
  await act.repair();
  expect([await left(first), await left(second)]).toEqual([{}, {}]);
  expect(
    await stack.database.db.prisma.company.findUnique({ where: { id: companyId } }),
  ).toBeNull();
  expect((await stack.ended(await stack.sync(other))).status).toBe('SUCCESS');
});

describe('disconnecting', () => {
  it('in mid-sync ends its jobs and removes the credentials; the records stay, and reconnecting undoes it', async () => {
    const id = await look.synced('parted', { seed: { invoices: 20 }, page_size: 5 }, [
      entry('INVOICES'),
    ]);
    const before = await look.model(id, 'INVOICES');
    await stack.sandbox.fault('parted', { kind: 'slow', ms: 250, times: 0 });
    const syncId = await stack.sync(id, { mode: 'full' });
    await look.running(syncId, 1);
    await act.disconnect(id);
    const job = jobOf(await stack.ended(syncId), 'INVOICES');
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'disconnected' });
    expect((await look.connection(id)).status).toBe('DISCONNECTED');
    expect((await left(id))['credentials']).toBeUndefined();
    expect(await look.liveIds(id, 'INVOICES')).toHaveLength(20);
    await until('the model to rest', 10_000, async () =>
      (await look.model(id, 'INVOICES')).wakeAt === null ? true : null,
    );
    expect((await look.model(id, 'INVOICES')).watermark).toEqual(before.watermark);
    expect(await look.workflow(id, 'INVOICES')).toBe('RUNNING');

    await stack.sandbox.heal('parted');
    await stack.sandbox.insert('parted', 'invoices', [{ memo: 'meanwhile' }]);
    await act.reconnect(id, 'parted');
    expect((await look.connection(id)).status).toBe('HEALTHY');
    const again = jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');
    expect(again).toMatchObject({ state: 'SUCCESS', counts: { inserted: 1 } });
  });
});
