import { expect as shown } from '@playwright/test';
import { type Browsing, startBrowsing } from './browsing';
import { consentAtSandbox } from './consent';
import { holdDeletions, revoke, stageCompany } from './stage';

/** The company page in a real browser: what a person sees of syncing, and what they do about it. */

jest.setTimeout(120_000);

let browsing: Browsing;
beforeAll(async () => {
  browsing = await startBrowsing();
});
afterEach(() => browsing.closePages());
afterAll(() => browsing.close());

const rowOf = (model: string) => ({ name: new RegExp(`^${model}\\b`) });

test('the initial sync is seen getting on, without anybody reloading', async () => {
  const { installation } = browsing;
  const seed = { invoices: 600, contacts: 20 };
  const company = await stageCompany(
    installation,
    'Slow Start',
    { seed, pageSize: 50, latencyMs: 400 },
    { synced: false },
  );
  const page = await browsing.signedIn(`/companies/${company.companyId}`);
  const invoices = page.getByRole('row', rowOf('Invoices'));
  await shown(invoices).toContainText(/Reading|Running|Syncing/i);
  await shown(invoices).toContainText('600', { timeout: 30_000 });
  await shown(invoices).toContainText(/Up to date|Succeeded/i, { timeout: 15_000 });
});

test('Refresh brings three changed records', async () => {
  const { installation } = browsing;
  const company = await stageCompany(installation, 'Fresh Fruit', { seed: { invoices: 30 } });
  const page = await browsing.signedIn(`/companies/${company.companyId}`);
  await shown(page.getByRole('row', rowOf('Invoices'))).toContainText('30');
  const ids = [...(await installation.sandbox.truth(company.tenant, 'invoices')).keys()];
  for (const id of ids.slice(0, 3)) {
    await installation.sandbox.change(company.tenant, 'invoices', id, { memo: `seen ${id}` });
  }
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await shown(page.getByText('3 records changed').first()).toBeVisible({ timeout: 20_000 });
});

test('a changed frequency moves the next runs, there and then', async () => {
  const { installation } = browsing;
  const company = await stageCompany(installation, 'Often Enough', { seed: { invoices: 5 } });
  const page = await browsing.signedIn(`/connections/${company.connectionId}/sync-config`);
  await page.getByRole('button', { name: 'Schedule, history and access of Invoices' }).click();
  const second = page.getByRole('region', { name: 'Next runs' }).locator('time').nth(1);
  const hourly = (await second.getAttribute('datetime')) ?? '';
  await page.getByLabel('Every').fill('5');
  await page.getByRole('combobox', { name: 'Unit' }).click();
  await page.getByRole('option', { name: 'minutes' }).click();
  await shown(second).not.toHaveAttribute('datetime', hourly);
  await page.getByRole('button', { name: 'Save' }).click();
  await shown(page.getByRole('region', { name: 'Unsaved changes' })).toHaveCount(0);
  await page.goto(`/companies/${company.companyId}`);
  const invoices = page.getByRole('row', rowOf('Invoices'));
  await shown(invoices).toContainText(/every 5 minutes/i);
  await shown(invoices.locator('time').filter({ hasText: /^[0-6]:\d\d$/ })).toBeVisible();
});

test('held deletions are shown, and carried out once somebody says so', async () => {
  const { installation } = browsing;
  const company = await stageCompany(installation, 'Held Up', { seed: { invoices: 150 } });
  await holdDeletions(installation, company, 120);
  const page = await browsing.signedIn(`/companies/${company.companyId}?tab=deletions`);
  await shown(page.getByText(/120/).first()).toBeVisible();
  await page.getByRole('button', { name: /Look again and delete/ }).click();
  const question = page.getByRole('alertdialog');
  await shown(question).toContainText('120');
  await question.getByRole('button', { name: /delete/i }).click();
  await shown(page.getByText(/No deletions? (is|are) held/i)).toBeVisible({ timeout: 30_000 });
  await page.goto(`/companies/${company.companyId}`);
  await shown(page.getByRole('row', rowOf('Invoices'))).toContainText('30');
});

test('a throttled connection says why it waits, and counts down', async () => {
  const { installation } = browsing;
  const company = await stageCompany(
    installation,
    'Slow Lane',
    { seed: { invoices: 900 }, pageSize: 20, limits: { per_minute: 10 } },
    { synced: false },
  );
  const page = await browsing.signedIn(`/companies/${company.companyId}`);
  const banner = page.getByRole('status').filter({ hasText: /quota/i });
  await shown(banner).toBeVisible({ timeout: 30_000 });
  await shown(banner.locator('time')).toHaveText(/^\d+:\d\d$/);
  const first = await banner.locator('time').textContent();
  await shown(banner.locator('time')).not.toHaveText(first ?? '', { timeout: 5_000 });
  await shown(page.getByText('Sleeping').first()).toBeVisible();
});

test('a revoked token shows as expired, and reconnecting heals it', async () => {
  const { installation } = browsing;
  const company = await stageCompany(installation, 'Lost Keys', { seed: { invoices: 12 } });
  await revoke(installation, company);
  const page = await browsing.signedIn(`/companies/${company.companyId}`);
  await shown(page.getByText('Expired').first()).toBeVisible();
  const [reconnecting] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: 'Reconnect' }).first().click(),
  ]);
  await reconnecting.waitForURL(/\/connect\//);
  await consentAtSandbox(reconnecting, company.tenant);
  // A first sync that takes no time leaves "connected" to be seen for none either.
  await shown(reconnecting.getByRole('heading', { name: /connected|all set/i })).toBeVisible();
  await shown(page.getByText('Healthy').first()).toBeVisible({ timeout: 20_000 });
});
