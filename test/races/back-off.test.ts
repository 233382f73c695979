import { type Facts, facts, jobOf } from '../support/facts';
import { entry, type Stack, startStack } from '../support/stack';
import { until } from '../support/until';

/** Back-offs long enough to be slept through by the workflow's own timer, which every look interrupts. */
const LONG = { baseMs: 15_000, capMs: 60_000 };

jest.setTimeout(60_000);

let stack: Stack;
let look: Facts;
beforeAll(async () => {
  stack = await startStack({ backoff: LONG });
  look = facts(stack);
});
afterAll(() => stack.close());

test('an outage with a person who presses Refresh all the while: no look uses the back-off up', async () => {
  const id = await look.synced('outage', { seed: { invoices: 5 } }, [entry('INVOICES')]);
  await stack.sandbox.fault('outage', { kind: 'status', status: 500, times: 0 });
  const calls = async () => (await stack.sandbox.requests('outage')).count;
  const before = await calls();
  const first = await stack.sync(id);
  const pull = await until('the back-off', 20_000, async () => {
    const last = (await look.pulls(id, 'INVOICES')).at(-1);
    return last?.retryAt ? last : null;
  });
  const syncs = [first];
  for (let press = 0; press < 12; press += 1) {
    syncs.push(await stack.sync(id));
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  const waiting = (await look.pulls(id, 'INVOICES')).at(-1);
  expect(waiting).toMatchObject({
    id: pull.id,
    state: 'RUNNING',
    attempts: 1,
    retryAt: pull.retryAt,
  });
  expect((await calls()) - before).toBe(1);

  await stack.sandbox.heal('outage');
  await stack.database.db.prisma.pull.update({
    where: { id: pull.id },
    data: { retryAt: new Date() },
  });
  await stack.wake(id);
  for (const syncId of syncs) {
    expect(jobOf(await stack.ended(syncId), 'INVOICES').state).toBe('SUCCESS');
  }
  // The one that backed off, and one for all that came meanwhile.
  expect(await look.pulls(id, 'INVOICES')).toHaveLength(3);
});
