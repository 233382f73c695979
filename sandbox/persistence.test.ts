import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxDriver } from './driver';
import { type Sandbox, startSandbox } from './server';

let home: string;
const open: Sandbox[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sandbox-home-'));
});
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
  rmSync(home, { recursive: true, force: true });
});

async function start(from = home): Promise<{ sandbox: Sandbox; driver: SandboxDriver }> {
  const sandbox = await startSandbox({ port: 0, host: '127.0.0.1', home: from });
  open.push(sandbox);
  return { sandbox, driver: new SandboxDriver(sandbox.url) };
}

/** What a kill at this very moment would leave: the files as they are while the process runs. */
async function startFromCopy(): Promise<SandboxDriver> {
  const copy = join(home, 'copy');
  cpSync(join(home, 'sandbox'), join(copy, 'sandbox'), { recursive: true });
  return (await start(copy)).driver;
}

function journalPath(): string {
  const folder = join(home, 'sandbox', 'accounting');
  return join(folder, readdirSync(folder)[0] ?? '');
}

async function prepare(driver: SandboxDriver): Promise<{ access: string; refresh: string }> {
  await driver.createTenant({
    tenant_id: 'tenant/1 é',
    seed: { invoices: 30, contacts: 5 },
    page_size: 10,
    latency_ms: 1,
  });
  const pair = await driver.grant('tenant/1 é');
  await driver.control('PUT', 'tenant/1 é', '/limits', { per_minute: 50 });
  await driver.control('PUT', 'tenant/1 é', '/clock', { offset_ms: 3_600_000 });
  await driver.addRecords('tenant/1 é', 'invoices', [
    { id: 'tab\tbreak\nä€😀', memo: 'x\ty\u2028' },
  ]);
  await driver.control('PATCH', 'tenant/1 é', '/records/invoices/inv_3', { memo: 'changed' });
  await driver.control('DELETE', 'tenant/1 é', '/records/invoices/inv_30');
  await driver.control('DELETE', 'tenant/1 é', '/records/contacts/con_5');
  await driver.fault('tenant/1 é', { kind: 'status', status: 418, after_requests: 3 });
  await driver.list(pair.access_token, 'invoices');
  return { access: pair.access_token, refresh: pair.refresh_token };
}

async function expectSame(
  before: SandboxDriver,
  after: SandboxDriver,
  access: string,
): Promise<void> {
  for (const resource of ['invoices', 'contacts', 'items']) {
    expect(await after.truth('tenant/1 é', resource)).toEqual(
      await before.truth('tenant/1 é', resource),
    );
  }
  expect(await after.requests('tenant/1 é')).toEqual(await before.requests('tenant/1 é'));
  const get = () => after.call('GET', '/api/v1/invoices', { token: access });
  const answer = await get();
  expect(answer.headers.get('x-ratelimit-minute-remaining')).toBe('48');
  const ahead = Date.parse(String(answer.headers.get('date'))) - Date.now();
  expect(Math.abs(ahead - 3_600_000)).toBeLessThan(2_000);
  expect(Object(answer.body).records).toHaveLength(10);
  // The fault had seen one request before.
  expect([(await get()).status, (await get()).status]).toEqual([200, 418]);
}

it('has after a kill all that was confirmed before it', async () => {
  const { driver } = await start();
  const { access } = await prepare(driver);
  await expectSame(driver, await startFromCopy(), access);
});

it('has after two orderly stops all that was there', async () => {
  const first = await start();
  const { access } = await prepare(first.driver);
  const memory = await startFromCopy();
  await first.sandbox.close();
  const second = await start();
  await second.sandbox.close();
  await expectSame(memory, (await start()).driver, access);
});

it('goes on with cursors and tokens given out before, and never uses an id twice', async () => {
  const first = await start();
  const { access, refresh } = await prepare(first.driver);
  const { next_cursor } = await first.driver.list(access, 'invoices');
  await first.sandbox.close();
  const { driver } = await start();
  const page = await driver.list(access, `invoices?cursor=${next_cursor}`);
  expect(page.records[0]?.id).toBe('inv_11');
  const [contact] = await driver.addRecords('tenant/1 é', 'contacts', [{}]);
  expect(contact?.id).toBe('con_6');
  const body = { grant_type: 'refresh_token', refresh_token: refresh };
  expect((await driver.call('POST', '/oauth/token', { body })).status).toBe(200);
  const again = await startFromCopy();
  expect((await again.call('POST', '/oauth/token', { body })).status).toBe(400);
});

it('takes no harm from a line that a crash has cut in the middle', async () => {
  const first = await start();
  const { access } = await prepare(first.driver);
  const memory = await startFromCopy();
  await first.sandbox.close();
  appendFileSync(journalPath(), 'R\tinvoices\t99\t17');
  const second = await start();
  await second.driver.addRecords('tenant/1 é', 'tax_rates', [{ id: 'after' }]);
  await second.sandbox.close();
  const { driver } = await start();
  expect((await driver.truth('tenant/1 é', 'tax_rates')).at(-1)).toHaveProperty('id', 'after');
  await expectSame(memory, driver, access);
});

it('gives up a tenant whose creation was cut off before it was confirmed', async () => {
  await (await start()).sandbox.close();
  writeFileSync(join(home, 'sandbox', 'accounting', 'x.0.journal'), '');
  const { driver } = await start();
  await driver.createTenant({ tenant_id: 't', seed: { invoices: 1 } });
  expect(await driver.truth('t', 'invoices')).toHaveLength(1);
});

it('rewrites at start a journal of which most is out of date, and loses nothing by it', async () => {
  const first = await start();
  await first.driver.createTenant({ tenant_id: 't', seed: { tax_rates: 2 } });
  const memo = 'm'.repeat(1_000);
  const records = Array.from({ length: 2_000 }, () => ({ id: 'same', memo }));
  await first.driver.addRecords('t', 'invoices', records);
  await first.driver.control('DELETE', 't', '/records/tax_rates/tax_2');
  const { access_token: token } = await first.driver.grant('t');
  await first.driver.list(token, 'tax_rates');
  const log = await first.driver.requests('t');
  expect(log.totals.count).toBe(1);
  await first.sandbox.close();
  expect(statSync(journalPath()).size).toBeGreaterThan(2_000_000);
  await (await start()).sandbox.close();
  expect(statSync(journalPath()).size).toBeLessThan(10_000);
  const { driver } = await start();
  expect(await driver.truth('t', 'invoices')).toEqual([expect.objectContaining({ memo })]);
  expect(await driver.requests('t')).toEqual(log);
  expect(await driver.addRecords('t', 'tax_rates', [{}])).toMatchObject([{ id: 'tax_3' }]);
  await driver.list(token, 'tax_rates');
  expect((await driver.requests('t')).requests.map(({ seq }) => seq)).toEqual([1, 2]);
});

it('refuses to start on a state it cannot read, and says which file', async () => {
  const { sandbox, driver } = await start();
  await driver.createTenant({ tenant_id: 't' });
  await sandbox.close();
  appendFileSync(journalPath(), 'Z{}\n');
  await expect(start()).rejects.toThrow(journalPath());
});

it('leaves the state alone where the port is taken', async () => {
  const { sandbox } = await start();
  const port = Number(new URL(sandbox.url).port);
  await expect(startSandbox({ port, host: '127.0.0.1', home })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
