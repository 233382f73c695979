import { expect as shown } from '@playwright/test';
import { type Browsing, startBrowsing } from './browsing';
import { consentAtSandbox } from './consent';
import { holdDeletions, quarantineOne, revoke, runSync, stageCompany } from './stage';

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

test('a record that cannot be mapped is kept, and shown with its reason and as it came', async () => {
  const { installation } = browsing;
  const company = await stageCompany(installation, 'Odd Ones', { seed: { invoices: 8 } });
  await quarantineOne(installation, company);
  const page = await browsing.signedIn(`/companies/${company.companyId}`);
  await page.getByRole('button', { name: '1 quarantined' }).click();
  await shown(page.getByRole('tab', { name: /^Quarantine/ })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  const record = page.getByRole('listitem').filter({ hasText: 'Invoices' });
  await shown(record).toHaveCount(1);
  await record.locator('summary').click();
  await shown(record.locator('code').first()).not.toBeEmpty();
  await shown(record.locator('pre')).toContainText('"id": "inv_');
});

test('a connection is paused, resumed and disconnected, and the activity tells of it', async () => {
  const company = await stageCompany(browsing.installation, 'On And Off', { seed: { items: 3 } });
  const page = await browsing.signedIn(`/companies/${company.companyId}`);
  await page.getByRole('button', { name: 'Pause' }).click();
  await shown(page.getByText('Paused', { exact: true }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await shown(page.getByText('Healthy', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: /^More of/ }).click();
  await page.getByRole('menuitem', { name: 'Disconnect…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click();
  await shown(page.getByText('Disconnected', { exact: true }).first()).toBeVisible();
  await page.getByRole('tab', { name: 'Activity' }).click();
  const entries = page.getByRole('tabpanel').getByRole('listitem');
  await shown(entries.first()).toContainText('Connection disconnected, Sandbox Accounting');
  await shown(entries.filter({ hasText: 'Connection created' })).toHaveCount(1);
});

test('a full sync says to how much it does what, and its runs are found by data model and by time', async () => {
  const company = await stageCompany(browsing.installation, 'All Again', {
    seed: { invoices: 30, contacts: 4 },
  });
  const page = await browsing.signedIn(`/companies/${company.companyId}`);
  await shown(page.getByRole('row', rowOf('Invoices'))).toContainText('30');
  await page.getByRole('button', { name: 'More ways to sync' }).click();
  await page.getByRole('menuitem', { name: /Full sync/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Full sync' });
  await shown(dialog).toContainText('2 data models again, about 34 records');
  await dialog.getByRole('button', { name: 'Start full sync' }).click();
  await shown(dialog).toHaveCount(0);
  await page.getByRole('button', { name: 'Invoices', exact: true }).click();
  const run = page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'Full, manual' });
  await shown(run).toContainText('Succeeded', { timeout: 20_000 });
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Runs' }).click();
  const runs = page.getByRole('table', { name: 'Runs' });
  await shown(runs.getByRole('row', { name: /Full, manual/ })).toHaveCount(2);
  await runs.getByRole('link').first().click();
  await shown(page.getByRole('heading', { level: 1, name: 'Full sync' })).toBeVisible();
});

test('a sync is cancelled, and run again', async () => {
  const { installation } = browsing;
  const company = await stageCompany(
    installation,
    'Changed Mind',
    { seed: { invoices: 400 }, pageSize: 10, latencyMs: 1_000 },
    { synced: false },
  );
  const page = await browsing.signedIn(`/companies/${company.companyId}?tab=runs`);
  await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Cancel sync' }).click();
  const question = page.getByRole('alertdialog', { name: 'Cancel this sync?' });
  await shown(question).toContainText('1 open job');
  await question.getByRole('button', { name: 'Cancel sync' }).click();
  await shown(page.getByRole('row', rowOf('Invoices'))).toContainText('Cancelled');
  const first = page.url();
  await page.getByRole('button', { name: 'Run again' }).click();
  await shown(page).not.toHaveURL(first);
  await shown(page.getByRole('row', rowOf('Invoices'))).toContainText(/Queued|Running/);
});

test('a sync shows every call it made, and what a failed one was answered', async () => {
  const { installation } = browsing;
  const company = await stageCompany(installation, 'Bad Line', { seed: { invoices: 6 } });
  await installation.sandbox.fault(company.tenant, { kind: 'status', status: 500 });
  const syncId = await runSync(installation, company);
  const page = await browsing.signedIn(`/syncs/${syncId}`);
  const jobs = page.getByRole('table', { name: 'Jobs' });
  await shown(jobs.getByRole('row', rowOf('Invoices'))).toContainText('Succeeded');
  const calls = page.getByRole('table', { name: 'Calls to the platform' }).getByRole('row');
  const failed = calls.filter({ hasText: '500' });
  await shown(failed).toHaveCount(1);
  await shown(calls.filter({ hasText: '200' })).not.toHaveCount(0);
  await page.getByRole('checkbox', { name: 'Failed only' }).click();
  await shown(calls).toHaveCount(2);
  await failed.getByRole('button').click();
  await shown(
    page.getByRole('table', { name: 'Calls to the platform' }).locator('pre'),
  ).toContainText('error');
});

test('a connection gets a list of its own, in the order of the keys, and follows the organisation again', async () => {
  const { installation } = browsing;
  const company = await stageCompany(installation, 'Own Way', { seed: { invoices: 4 } });
  const path = `/v3/core/connections/${company.connectionId}/sync_config`;
  await installation.call('PUT', path, { sync_config: null });
  const page = await browsing.signedIn(`/connections/${company.connectionId}/sync-config`);
  await shown(page.getByText('Follows the organisation', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Make its own' }).click();
  const handle = page.getByRole('button', { name: /^Move Invoices, priority/ });
  const before = Number(/priority (\d)/.exec((await handle.getAttribute('aria-label')) ?? '')?.[1]);
  await handle.press('ArrowUp');
  await shown(handle).toHaveAccessibleName(new RegExp(`priority ${before - 1}\\b`));
  await shown(handle).toBeFocused();
  await page.getByRole('button', { name: 'Save' }).click();
  await shown(page.getByText('Has its own', { exact: true })).toBeVisible();
  await page.reload();
  await shown(handle).toHaveAccessibleName(new RegExp(`priority ${before - 1}\\b`));
  await page.getByRole('button', { name: 'Follow the organisation' }).click();
  const question = page.getByRole('alertdialog');
  await question.getByRole('button', { name: 'Follow the organisation' }).click();
  await shown(page.getByText('Follows the organisation', { exact: true })).toBeVisible();
  await shown(handle).toHaveAccessibleName(new RegExp(`priority ${before}\\b`));
});
