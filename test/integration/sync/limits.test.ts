import { z } from 'zod';
import { entry, type Stack, startStack, until } from '../../support/stack';

jest.setTimeout(120_000);

const quotaSchema = z.object({
  leases: z.array(z.unknown()),
  permits: z.number(),
  windows: z.object({ minute: z.object({ buckets: z.array(z.array(z.number())) }) }),
});

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

test('a sync that needs more than the quota sleeps, says until when, goes on by itself, and never draws a 429', async () => {
  await stack.sandbox.createTenant('slow', {
    seed: { invoices: 130 },
    page_size: 10,
    limits: { per_minute: 10 },
  });
  const startedAt = Date.now();
  const id = await stack.connect('slow', [entry('INVOICES')]);
  const asleep = await until('the pull to sleep', 15_000, () =>
    stack.database.db.prisma.pull.findFirst({
      where: { connectionId: id, resumeAt: { not: null } },
    }),
  );
  // Nothing waits in an activity meanwhile: the model's own timer holds the wait.
  const resumeAt = asleep.resumeAt?.getTime() ?? 0;
  expect(asleep.resumeReason).toBe('minute');
  expect(resumeAt - startedAt).toBeGreaterThan(50_000);
  expect(resumeAt - startedAt).toBeLessThan(70_000);

  const done = await stack.endedOf(id, { trigger: 'initial' }, 90_000);
  expect(done.jobs).toMatchObject([{ state: 'SUCCESS', counts: { inserted: 130, fetched: 130 } }]);
  expect(done.jobs[0]?.sleptMs).toBeGreaterThan(45_000);
  const firstAfterSleep = (await stack.sandbox.requests('slow')).requests[10];
  const wokeAfterMs = Date.parse(String(firstAfterSleep?.['at'])) - resumeAt;
  expect(wokeAfterMs).toBeGreaterThan(-50);
  expect(wokeAfterMs).toBeLessThan(3_000);
  expect((await stack.sandbox.requests('slow')).rejected429).toBe(0);
});

test('eight models that share a strict second quota and one connection at a time draw no 429', async () => {
  await stack.sandbox.createTenant('strict', {
    seed: {
      invoices: 60,
      bills: 60,
      contacts: 40,
      accounts: 20,
      items: 20,
      invoice_payments: 40,
      bill_payments: 40,
      tax_rates: 10,
    },
    page_size: 20,
    limits: { per_second: 4, concurrent: 1 },
  });
  const id = await stack.connect('strict', [
    entry('INVOICES'),
    entry('BILLS'),
    entry('CONTACTS'),
    entry('ACCOUNTS'),
    entry('ITEMS'),
    entry('INVOICE_PAYMENTS'),
    entry('BILL_PAYMENTS'),
    entry('TAX_RATES'),
  ]);
  const done = await stack.endedOf(id, { trigger: 'initial' }, 60_000);
  expect(done.status).toBe('SUCCESS');
  expect(done.jobs).toHaveLength(8);
  const { rejected429, requests } = await stack.sandbox.requests('strict');
  expect(rejected429).toBe(0);
  expect(requests.length).toBe(3 + 3 + 2 + 1 + 1 + 2 + 2 + 1);
});

test('where quota is plenty, calls go in series that are renewed: few permits, four places, and each call counted once', async () => {
  const pages = 40;
  await stack.sandbox.createTenant('plenty', {
    seed: Object.fromEntries(
      ['invoices', 'bills', 'contacts', 'items'].map((name) => [name, pages * 5]),
    ),
    page_size: 5,
    latency_ms: 20,
    limits: { per_minute: 6_000, concurrent: 4 },
  });
  const id = await stack.connect(
    'plenty',
    (['INVOICES', 'BILLS', 'CONTACTS', 'ITEMS'] as const).map((model) => entry(model)),
  );
  const done = await stack.endedOf(id, { trigger: 'initial' }, 60_000);
  expect(done.status).toBe('SUCCESS');
  const { rejected429, requests } = await stack.sandbox.requests('plenty');
  expect(rejected429).toBe(0);
  expect(requests.length).toBe(4 * pages);
  expect(Math.max(...requests.map((each) => Number(each['concurrent'])))).toBe(4);
  const ledger = await stack.database.db.prisma.quotaAccount.findUniqueOrThrow({
    where: { account: 'ROOTFI_SANDBOX:plenty' },
  });
  const { leases, permits, windows } = quotaSchema.parse(ledger.state);
  expect(leases).toEqual([]);
  const counted = windows.minute.buckets.flatMap(([, ...calls]) => calls);
  expect(counted.reduce((sum, calls) => sum + calls, 0)).toBe(requests.length);
  expect(permits).toBeLessThan(requests.length / 3);
});

test('limits tightened while a sync runs cost no more than the answer that tells of them', async () => {
  await stack.sandbox.createTenant('tighter', { seed: { invoices: 200 }, page_size: 10 });
  const id = await stack.connect('tighter', [entry('INVOICES')]);
  await stack.endedOf(id, { trigger: 'initial' });
  await stack.sandbox.limit('tighter', { per_second: 5 });
  const full = await stack.ended(await stack.sync(id, { mode: 'full' }), 40_000);
  expect(full.status).toBe('SUCCESS');
  // The platform counts the calls of the last second in its new window: the first call may be one too many already.
  expect((await stack.sandbox.requests('tighter')).rejected429).toBeLessThanOrEqual(1);
});

test('a platform that says wait is waited for, by everyone on the account, and the job succeeds', async () => {
  await stack.sandbox.createTenant('busy', { seed: { invoices: 40, contacts: 40 }, page_size: 10 });
  await stack.sandbox.fault('busy', {
    kind: 'status',
    resource: 'invoices',
    status: 429,
    retry_after: 2,
    after_requests: 2,
  });
  const id = await stack.connect('busy', [entry('INVOICES'), entry('CONTACTS')]);
  const done = await stack.endedOf(id, { trigger: 'initial' }, 30_000);
  expect(done.jobs.map((job) => [job.state, job.counts['inserted']])).toEqual([
    ['SUCCESS', 40],
    ['SUCCESS', 40],
  ]);
  const { requests } = await stack.sandbox.requests('busy');
  const refusedAt = Date.parse(String(requests.find((each) => each['status'] === 429)?.['at']));
  expect(refusedAt).toBeGreaterThan(0);
  const within = requests.filter((each) => {
    const after = Date.parse(String(each['at'])) - refusedAt;
    // Calls already on their way when the refusal came are not held back.
    return after > 300 && after < 1_900;
  });
  expect(within).toEqual([]);
});
