import { entry, type Stack, startStack } from '../../support/stack';

jest.setTimeout(60_000);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ logLevel: process.env['TEST_LOG'] ?? 'silent' });
});
afterAll(() => stack.close());

test('connecting brings the whole history; an incremental brings what changed; a full sync removes what is gone', async () => {
  await stack.sandbox.createTenant('t1', {
    seed: { invoices: 2500, contacts: 300 },
    page_size: 500,
  });
  const id = await stack.connect('t1', [entry('INVOICES'), entry('CONTACTS')]);
  const initial = await stack.endedOf(id, { trigger: 'initial' });
  expect(initial.status).toBe('SUCCESS');
  expect(initial.jobs.map((job) => [job.dataModel, job.counts['inserted']])).toEqual([
    ['CONTACTS', 300],
    ['INVOICES', 2500],
  ]);

  const truth = [...(await stack.sandbox.truth('t1', 'invoices')).keys()];
  for (const invoice of truth.slice(0, 50)) {
    await stack.sandbox.change('t1', 'invoices', invoice, { memo: 'changed by hand' });
  }
  await stack.sandbox.insert(
    't1',
    'invoices',
    Array.from({ length: 20 }, () => ({ memo: 'new' })),
  );
  for (const invoice of truth.slice(100, 110))
    await stack.sandbox.remove('t1', 'invoices', invoice);
  const incremental = await stack.ended(await stack.sync(id));
  expect(incremental.jobs.find((job) => job.dataModel === 'INVOICES')?.counts).toMatchObject({
    changed: 50,
    inserted: 20,
    deleted: 0,
  });
  const full = await stack.ended(await stack.sync(id, { mode: 'full' }));
  expect(full.jobs.find((job) => job.dataModel === 'INVOICES')).toMatchObject({
    state: 'SUCCESS',
    deletionsHeld: 0,
    counts: { deleted: 10, unchanged: 2510, fetched: 2510 },
  });
});
