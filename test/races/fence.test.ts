import { attempt } from '../support/attempt';
import type { Held } from '../support/fault-points';
import { type Facts, facts, jobOf } from '../support/facts';
import { entry, type Stack, startStack } from '../support/stack';

/**
 * An attempt that is taken for dead and goes on all the same: whatever it does after another attempt has begun, of its
 * own pull or of the model's other one, leaves no trace.
 */

jest.setTimeout(40_000);

let stack: Stack;
let look: Facts;
beforeAll(async () => {
  stack = await startStack();
  look = facts(stack);
});
afterAll(() => stack.close());
afterEach(() => stack.points.disarm());

const connected = (tenant: string) =>
  look.synced(tenant, { seed: { invoices: 20 }, page_size: 5 }, [entry('INVOICES')]);

const openPull = async (id: bigint, sweep: boolean) => {
  const open = (await look.pulls(id, 'INVOICES')).filter((pull) => pull.state === 'RUNNING');
  const found = open.find((pull) => pull.sweep === sweep);
  if (found === undefined) throw new Error('No such open pull');
  return found;
};

/** All that an attempt could have left behind. */
const traces = async (id: bigint) => ({
  pulls: await look.pulls(id, 'INVOICES'),
  jobs: await look.jobs(id),
  model: { ...(await look.model(id, 'INVOICES')), wakeAt: null, wakeUps: null, lastSummary: null },
  records: await look.records(id, 'INVOICES'),
});

/** Lets the attempt that was taken for dead go on, to its end. */
async function endOf(id: bigint, dead: Held): Promise<void> {
  const end = stack.points.hold('after-end', { connectionId: id });
  dead.release();
  await end.reached;
  end.release();
}

const changeFirst = async (tenant: string, memo: string) => {
  const [first = ''] = await look.truthIds(tenant, 'invoices');
  await stack.sandbox.change(tenant, 'invoices', first, { memo });
  return first;
};

describe('a page that is stored too late', () => {
  it('of the same pull, after another attempt has begun: nothing of it is stored', async () => {
    const id = await connected('same');
    const dead = stack.points.hold('before-page-stored', { connectionId: id });
    const full = await stack.sync(id, { mode: 'full' });
    await dead.reached;
    // The platform changes a row of the page that the dead attempt holds in its hands.
    const changed = await changeFirst('same', 'newer');
    await attempt(stack, id, 'INVOICES');
    const ended = jobOf(await stack.ended(full), 'INVOICES');
    expect(ended).toMatchObject({ state: 'SUCCESS', counts: { fetched: 20, changed: 1 } });
    const before = await traces(id);
    await endOf(id, dead);
    expect(await traces(id)).toEqual(before);
    expect(before.records.get(changed)?.data).toMatchObject({ memo: 'newer' });
  });

  it('while the other attempt is still at it: its cursor and counts stay those of the living one', async () => {
    const id = await connected('alive');
    const dead = stack.points.hold('before-page-stored', { connectionId: id });
    const full = await stack.sync(id, { mode: 'full' });
    await dead.reached;
    const alive = stack.points.hold('before-finish', { connectionId: id });
    const second = attempt(stack, id, 'INVOICES');
    await alive.reached;
    const before = await traces(id);
    expect((await openPull(id, true)).pages).toBe(4);
    await endOf(id, dead);
    expect(await traces(id)).toEqual(before);
    alive.release();
    await second;
    expect(jobOf(await stack.ended(full), 'INVOICES').counts).toMatchObject({ fetched: 20 });
  });

  it.each([
    { dead: 'full', living: 'incremental' },
    { dead: 'incremental', living: 'full' },
  ] as const)(
    'of the $dead pull, after the $living one was taken: nothing of it is stored',
    async ({ dead: deadMode, living }) => {
      const tenant = `other-${deadMode}`;
      const id = await connected(tenant);
      await changeFirst(tenant, 'first');
      const dead = stack.points.hold('before-page-stored', { connectionId: id });
      const first = await stack.sync(id, { mode: deadMode });
      await dead.reached;
      const deadPull = await openPull(id, deadMode === 'full');
      await changeFirst(tenant, 'second');
      if (deadMode === 'incremental') {
        // Backs off as after an error, so that the backfill is what the next attempt takes.
        await stack.database.db.prisma.pull.update({
          where: { id: deadPull.id },
          data: { retryAt: new Date(Date.now() + 600_000) },
        });
      }
      await stack.request(id, { mode: living });
      const held = stack.points.hold('before-finish', { connectionId: id });
      const second = attempt(stack, id, 'INVOICES');
      await held.reached;
      const before = await traces(id);
      const deadEnds = stack.points.hold('after-end', { connectionId: id });
      dead.release();
      await deadEnds.reached;
      deadEnds.release();
      expect(await traces(id)).toEqual(before);
      const untouched = before.pulls.find((pull) => pull.id === deadPull.id);
      expect(untouched).toMatchObject({ state: 'RUNNING', pages: 0, fetched: 0n });
      held.release();
      await second;
      await stack.database.db.prisma.pull.updateMany({
        where: { id: deadPull.id },
        data: { retryAt: null },
      });
      await stack.wake(id);
      expect(jobOf(await stack.ended(first), 'INVOICES').state).toBe('SUCCESS');
    },
  );
});

describe('an end that comes too late', () => {
  it('a finish, after another attempt has begun: the pull stays open, the watermark where it was', async () => {
    const id = await connected('finish');
    const dead = stack.points.hold('before-finish', { connectionId: id });
    const full = await stack.sync(id, { mode: 'full' });
    await dead.reached;
    const alive = stack.points.hold('after-begin', { connectionId: id });
    const second = attempt(stack, id, 'INVOICES');
    await alive.reached;
    const before = await traces(id);
    await endOf(id, dead);
    expect(await traces(id)).toEqual(before);
    alive.release();
    await second;
    expect(jobOf(await stack.ended(full), 'INVOICES')).toMatchObject({
      state: 'SUCCESS',
      counts: { fetched: 20, unchanged: 20 },
    });
  });

  it('tombstones, after another attempt has begun: none is set', async () => {
    const id = await connected('tombstones');
    const [gone = ''] = await look.truthIds('tombstones', 'invoices');
    await stack.sandbox.remove('tombstones', 'invoices', gone);
    const dead = stack.points.hold('before-tombstones', { connectionId: id });
    const full = await stack.sync(id, { mode: 'full' });
    await dead.reached;
    const alive = stack.points.hold('after-begin', { connectionId: id });
    const second = attempt(stack, id, 'INVOICES');
    await alive.reached;
    await endOf(id, dead);
    expect(await look.liveIds(id, 'INVOICES')).toContain(gone);
    alive.release();
    await second;
    expect(jobOf(await stack.ended(full), 'INVOICES').counts).toMatchObject({ deleted: 1 });
    expect(await look.liveIds(id, 'INVOICES')).not.toContain(gone);
  });
});
