import { type Facts, facts, jobOf } from '../../support/facts';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';
import { entry, type Stack, startStack } from '../../support/stack';

jest.setTimeout(60_000);

/** What syncs keep back, as a person sees it: held deletions, and records that cannot be mapped. */
describe('what is kept back', () => {
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

  const get = async (path: string) => {
    const { status, body } = await caller.call('GET', `/v3/core/connections/${path}`);
    expect([path, status, body.error]).toEqual([path, 200, undefined]);
    return body;
  };

  it('are the records of a held deletion, page by page, until they are deleted or have come back', async () => {
    const id = await look.synced('held', { seed: { invoices: 100 } }, [entry('INVOICES')]);
    const path = `${id}/models/INVOICES/held_deletions`;
    expect(await get(path)).toEqual({ data: [], total_count: 0, pull: null });
    const gone = (await look.truthIds('held', 'invoices')).slice(0, 60);
    const truth = await look.records(id, 'INVOICES');
    for (const each of gone) await stack.sandbox.remove('held', 'invoices', each);
    const syncId = await stack.sync(id, { mode: 'full' });
    expect(jobOf(await stack.ended(syncId), 'INVOICES').deletionsHeld).toBe(60);

    const first = await get(`${path}?limit=25`);
    expect(first).toMatchObject({ total_count: 60, pull: { sync_id: syncId } });
    expect(first.data[0]).toEqual({
      platform_id: gone[0],
      rootfi_id: Number(truth.get(gone[0] ?? '')?.id),
      label: (truth.get(gone[0] ?? '')?.data as { document_number: string }).document_number,
      rootfi_updated_at: expect.any(String),
    });
    const seen: string[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const body = await get(`${path}?limit=25&next=${next}`);
      seen.push(...body.data.map((record: { platform_id: string }) => record.platform_id));
      next = body.next;
    }
    expect(seen).toEqual(gone);

    // Touched by something else since: it is not among them any more.
    await api.database.db.prisma.$executeRaw`
      UPDATE records SET updated_at = now() WHERE connection_id = ${id} AND platform_id = ${gone[0]}`;
    expect((await get(path)).data).toHaveLength(59);

    await stack.ended(await stack.sync(id, { mode: 'full', allowMassDelete: true }));
    expect(await get(path)).toEqual({ data: [], total_count: 0, pull: null });
    const other = await caller.call(
      'GET',
      `/v3/core/connections/${id}/models/BILLS/held_deletions?next=${first.next}`,
    );
    expect([other.status, other.body.error.field]).toEqual([400, 'next']);
  });

  it('are quarantined records, with path, reason and the record itself', async () => {
    const id = await look.synced('bad', { seed: { invoices: 3, bills: 1 } }, [
      entry('INVOICES'),
      entry('BILLS'),
    ]);
    const { prisma } = api.database.db;
    const [platformId = ''] = await look.truthIds('bad', 'invoices');
    await stack.sandbox.change('bad', 'invoices', platformId, { total_amount: 'a lot' });
    await stack.ended(await stack.sync(id));
    const long = 'x'.repeat(2_000);
    await prisma.quarantinedRecord.createMany({
      data: ['#1', long].map((key) => ({
        connectionId: id,
        dataModel: 'BILLS',
        key,
        platformId: null,
        raw: [key.length],
        path: '',
        reason: 'no id',
        connectorVersion: 1,
      })),
    });
    const { data } = await get(`${id}/quarantine?data_model=INVOICES`);
    expect(data).toEqual([
      {
        data_model: 'INVOICES',
        platform_id: platformId,
        path: expect.stringContaining('total_amount'),
        reason: expect.stringMatching(/\w/),
        first_seen_at: expect.any(String),
        last_seen_at: expect.any(String),
        raw: expect.objectContaining({ id: platformId, total_amount: 'a lot' }),
      },
    ]);
    const models: string[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const body = await get(`${id}/quarantine?limit=1&next=${next}`);
      models.push(...body.data.map((record: { data_model: string }) => record.data_model));
      next = body.next;
    }
    expect(models).toEqual(['BILLS', 'BILLS', 'INVOICES']);
  });
});
