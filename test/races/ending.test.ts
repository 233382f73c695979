import { type Actions, actions } from '../support/actions';
import { type Facts, facts, jobOf } from '../support/facts';
import { deadlocks, RowLock } from '../support/row-lock';
import { entry, type Stack, startStack } from '../support/stack';
import { until } from '../support/until';

/**
 * Whatever ends a sync's jobs, at one instant: two of its models, a cancel, a disabled model, a deleted connection.
 * The sync always ends, and says what happened. The transactions gather before the sync's row in the order named.
 */

jest.setTimeout(40_000);

let stack: Stack;
let look: Facts;
let act: Actions;
beforeAll(async () => {
  stack = await startStack();
  look = facts(stack);
  act = actions(stack);
});
afterAll(() => stack.close());
afterEach(async () => {
  stack.points.disarm();
  expect(await deadlocks(stack.database)).toBe(0);
});

const MODELS = ['CONTACTS', 'INVOICES'] as const;

/** A connection with two models, and a sync of both, each held just before it finishes. */
async function aboutToFinish(tenant: string) {
  const id = await look.synced(
    tenant,
    { seed: { invoices: 10, contacts: 5 } },
    MODELS.map((model) => entry(model)),
  );
  // Back by more than a second, as that is what watermarks are counted in: whether one has moved can be seen.
  const { watermark } = await look.model(id, 'INVOICES');
  if (watermark === null) throw new Error('A synced model has a watermark');
  const before = await look.setModel(id, 'INVOICES', {
    watermark: new Date(watermark.getTime() - 60_000),
  });
  const [contacts, invoices] = MODELS.map((dataModel) =>
    stack.points.hold('before-finish', { connectionId: id, dataModel }),
  );
  if (contacts === undefined || invoices === undefined) throw new Error('Both are held');
  const syncId = await stack.sync(id, { mode: 'full' });
  await Promise.all([contacts.reached, invoices.reached]);
  const syncRow = () =>
    RowLock.take(stack.database, 'SELECT 1 FROM syncs WHERE sync_id = $1 FOR UPDATE', [syncId]);
  return { id, syncId, before, contacts, invoices, syncRow };
}

const watermark = async (id: bigint) => (await look.model(id, 'INVOICES')).watermark?.getTime();

test('two models: both have ended their jobs before either counts; the later one closes the sync', async () => {
  const { syncId, contacts, invoices, syncRow } = await aboutToFinish('two');
  const gate = await syncRow();
  contacts.release();
  invoices.release();
  await gate.waiting(2);
  await gate.release();
  const sync = await stack.ended(syncId);
  expect(sync.status).toBe('SUCCESS');
  expect(sync.jobs).toMatchObject([
    { dataModel: 'CONTACTS', state: 'SUCCESS', counts: { fetched: 5, unchanged: 5 } },
    { dataModel: 'INVOICES', state: 'SUCCESS', counts: { fetched: 10, unchanged: 10 } },
  ]);
});

describe('a finish and a cancel', () => {
  it('the finish first: what has succeeded stays so, and the cancel finds nothing to end', async () => {
    const { id, syncId, before, contacts, invoices, syncRow } =
      await aboutToFinish('finish-cancel');
    contacts.release();
    await until('the contacts', 20_000, async () =>
      (await look.jobs(id, { dataModel: 'CONTACTS', state: 'RUNNING' })).length === 0 ? true : null,
    );
    const gate = await syncRow();
    invoices.release();
    await gate.waiting(1);
    const cancelled = act.cancel(syncId);
    await gate.waiting(2);
    await gate.release();
    await cancelled;
    const sync = await stack.ended(syncId);
    expect([sync.status, jobOf(sync, 'INVOICES').state]).toEqual(['SUCCESS', 'SUCCESS']);
    expect(await watermark(id)).toBeGreaterThan(before.watermark?.getTime() ?? Infinity);
  });

  it('the cancel first: the finish finds its pull ended, and no watermark moves', async () => {
    const { id, syncId, before, contacts, invoices, syncRow } =
      await aboutToFinish('cancel-finish');
    const gate = await syncRow();
    const cancelled = act.cancel(syncId);
    await gate.waiting(1);
    contacts.release();
    invoices.release();
    await gate.waiting(3);
    await gate.release();
    await cancelled;
    const sync = await stack.ended(syncId);
    expect(sync.status).toBe('FAILED');
    expect(sync.jobs.map((job) => [job.state, job.errorCode])).toEqual([
      ['FAILED', 'cancelled'],
      ['FAILED', 'cancelled'],
    ]);
    expect(await watermark(id)).toBe(before.watermark?.getTime());
    // The models are none the worse for it.
    expect((await stack.ended(await stack.sync(id))).status).toBe('SUCCESS');
  });
});

describe('a finish and a disabling of the model', () => {
  const onlyContacts = [entry('CONTACTS')];

  it('the finish first: SUCCESS, with its counts', async () => {
    const { id, syncId, contacts, invoices, syncRow } = await aboutToFinish('finish-disable');
    const gate = await syncRow();
    invoices.release();
    await gate.waiting(1);
    const disabled = act.putConfig(id, onlyContacts);
    await gate.waiting(2);
    await gate.release();
    await disabled;
    contacts.release();
    const sync = await stack.ended(syncId);
    expect(sync.status).toBe('SUCCESS');
    expect(jobOf(sync, 'INVOICES').counts).toMatchObject({ fetched: 10 });
    await until('its workflow to end', 20_000, async () =>
      (await look.workflow(id, 'INVOICES')) === 'COMPLETED' ? true : null,
    );
  });

  it('the disabling first: that job fails, the other model’s succeeds, the sync says FAILED', async () => {
    const { id, syncId, before, contacts, invoices, syncRow } =
      await aboutToFinish('disable-finish');
    const gate = await syncRow();
    const disabled = act.putConfig(id, onlyContacts);
    await gate.waiting(1);
    invoices.release();
    contacts.release();
    await gate.waiting(3);
    await gate.release();
    await disabled;
    const sync = await stack.ended(syncId);
    expect(sync.status).toBe('FAILED');
    expect(jobOf(sync, 'INVOICES')).toMatchObject({ state: 'FAILED', errorCode: 'model-disabled' });
    expect(jobOf(sync, 'CONTACTS')).toMatchObject({ state: 'SUCCESS', counts: { fetched: 5 } });
    expect(await watermark(id)).toBe(before.watermark?.getTime());
  });
});

test('a finish and a delete: the jobs have ended, whoever was first, and nothing is stored after it', async () => {
  const { id, syncId, contacts, invoices, syncRow } = await aboutToFinish('delete');
  const gate = await syncRow();
  const deleted = act.delete(id);
  await gate.waiting(1);
  contacts.release();
  invoices.release();
  await gate.waiting(3);
  await gate.release();
  await deleted;
  const sync = await stack.database.db.prisma.sync.findUniqueOrThrow({ where: { syncId } });
  expect([sync.status, sync.endedAt === null]).toEqual(['FAILED', false]);
  expect(await look.jobs(id, { state: 'RUNNING' })).toEqual([]);
});
