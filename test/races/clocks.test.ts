import type { DataModel } from '../../core/unified/models';
import { type Facts, facts, jobOf } from '../support/facts';
import { entry, type Stack, startStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;

let stack: Stack;
let look: Facts;

const memos = async (id: bigint, dataModel: DataModel = 'INVOICES') =>
  new Map(
    [...(await look.records(id, dataModel))].map(([key, row]) => [
      key,
      (row.data as Record<string, unknown>)['memo'],
    ]),
  );
const incremental = async (id: bigint) =>
  jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');

describe('the platform’s clock', () => {
  beforeAll(async () => {
    stack = await startStack();
    look = facts(stack);
  });
  afterAll(() => stack.close());

  it.each([
    ['ahead', HOUR_MS],
    ['behind', -HOUR_MS],
  ])('runs %s and is then corrected: no change is missed', async (name, offsetMs) => {
    const tenant = `clock-${name}`;
    await stack.sandbox.createTenant(tenant, { seed: { invoices: 10 }, page_size: 5 });
    await stack.sandbox.clock(tenant, offsetMs);
    const id = await stack.connect(tenant, [entry('INVOICES')]);
    await stack.endedOf(id, { trigger: 'initial' });
    const [a = '', b = '', c = ''] = await look.truthIds(tenant, 'invoices');
    await stack.sandbox.change(tenant, 'invoices', a, { memo: 'while it was wrong' });
    expect(await incremental(id)).toMatchObject({ state: 'SUCCESS', counts: { changed: 1 } });
    await stack.sandbox.change(tenant, 'invoices', b, { memo: 'before it was corrected' });
    await stack.sandbox.clock(tenant, 0);
    await stack.sandbox.change(tenant, 'invoices', c, { memo: 'after it was corrected' });
    expect((await incremental(id)).state).toBe('SUCCESS');
    const stored = await memos(id);
    expect([a, b, c].map((each) => stored.get(each))).toEqual([
      'while it was wrong',
      'before it was corrected',
      'after it was corrected',
    ]);
    const { watermark } = await look.model(id, 'INVOICES');
    expect(watermark?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('is corrected in the middle of a listing: what changes meanwhile is read by the next one', async () => {
    const id = await look.synced('clock-middle', { seed: { invoices: 20 }, page_size: 5 }, [
      entry('INVOICES'),
    ]);
    const ids = await look.truthIds('clock-middle', 'invoices');
    await stack.sandbox.clock('clock-middle', HOUR_MS);
    for (const each of ids)
      await stack.sandbox.change('clock-middle', 'invoices', each, { memo: '1' });
    const page = stack.points.hold('after-page-stored', { connectionId: id });
    const syncId = await stack.sync(id);
    await page.reached;
    await stack.sandbox.clock('clock-middle', 0);
    for (const each of ids)
      await stack.sandbox.change('clock-middle', 'invoices', each, { memo: '2' });
    page.release();
    expect((await stack.ended(syncId)).status).toBe('SUCCESS');
    expect((await incremental(id)).state).toBe('SUCCESS');
    expect([...(await memos(id)).values()]).toEqual(ids.map(() => '2'));
  });
});

test('a platform restored from a backup: a full sync brings back what was, and removes what the backup never knew', async () => {
  stack = await startStack();
  look = facts(stack);
  try {
    const id = await look.synced('backup', { seed: { invoices: 30 }, page_size: 10 }, [
      entry('INVOICES'),
    ]);
    const backup = await stack.sandbox.truth('backup', 'invoices');
    const [changed = '', removed = ''] = [...backup.keys()];
    await stack.sandbox.change('backup', 'invoices', changed, { memo: 'after the backup' });
    await stack.sandbox.remove('backup', 'invoices', removed);
    const [newId = ''] = await stack.sandbox.insert('backup', 'invoices', [{ memo: 'too new' }]);
    expect((await stack.ended(await stack.sync(id, { mode: 'full' }))).status).toBe('SUCCESS');
    expect(await look.liveIds(id, 'INVOICES')).toEqual(await look.truthIds('backup', 'invoices'));

    // Restored: every row is as it was, with the times it bore then, far behind the watermark.
    for (const each of await look.truthIds('backup', 'invoices')) {
      await stack.sandbox.remove('backup', 'invoices', each);
    }
    await stack.sandbox.insert('backup', 'invoices', [...backup.values()], {
      keepTimestamps: true,
    });
    expect((await incremental(id)).state).toBe('SUCCESS');
    // An incremental cannot know of it. A full sync can.
    const full = jobOf(await stack.ended(await stack.sync(id, { mode: 'full' })), 'INVOICES');
    expect(full).toMatchObject({
      state: 'SUCCESS',
      counts: { fetched: 30, changed: 1, revived: 1, deleted: 1, inserted: 0 },
    });
    expect(await look.liveIds(id, 'INVOICES')).toEqual([...backup.keys()].sort());
    const stored = await memos(id);
    for (const [key, row] of backup) expect(stored.get(key)).toEqual(row['memo']);
    expect((await look.records(id, 'INVOICES')).get(newId)?.deletedAt).not.toBeNull();
  } finally {
    await stack.close();
  }
});

test.each([
  ['ahead of', -90_000],
  ['behind', 90_000],
])(
  'Temporal’s clock %s the database’s: ticks come when the database says, and nothing runs in a hot loop',
  async (_, offsetMs) => {
    stack = await startStack({ databaseClockOffsetMs: offsetMs });
    look = facts(stack);
    try {
      const id = await look.synced('offset', { seed: { invoices: 3 } }, [entry('INVOICES')]);
      const [clock] = await stack.database.db.prisma.$queryRaw<{ now: Date }[]>`
      SELECT syncline_now() AS now`;
      expect(Math.abs((clock?.now.getTime() ?? 0) - Date.now() - offsetMs)).toBeLessThan(20_000);
      const chunks = { count: 0 };
      stack.points.on(
        'after-end',
        { connectionId: id },
        () => {
          chunks.count += 1;
          return Promise.resolve();
        },
        Number.POSITIVE_INFINITY,
      );
      const due = new Date((clock?.now.getTime() ?? 0) + 4_000);
      await look.setDue(id, ['INVOICES'], due);
      await look.wakeModels(id, ['INVOICES']);
      const job = await until('the tick', 20_000, async () => {
        const jobs = await look.jobs(id, { trigger: 'auto', state: 'SUCCESS' });
        return jobs[0] ?? null;
      });
      const lateMs = (job.startedAt?.getTime() ?? 0) - due.getTime();
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThan(10_000);
      // One look that found nothing due, and the tick; one more where a timer fired a hair too soon.
      expect(chunks.count).toBeLessThanOrEqual(4);
      const atTick = chunks.count;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      expect(chunks.count - atTick).toBeLessThanOrEqual(1);
      const { watermark } = await look.model(id, 'INVOICES');
      expect(watermark?.getTime()).toBeLessThanOrEqual(Date.now());
    } finally {
      await stack.close();
    }
  },
);
