import { expect as shown } from '@playwright/test';
import { until } from '../support/until';
import { type Browsing, startBrowsing } from './browsing';
import { runSync, stageCompany, type Staged } from './stage';

/** The data browser: the records of a data model, narrowed and sorted as the API does, and one record. */

jest.setTimeout(120_000);

const PERMITTED = { permissions: ['clipboard-read', 'clipboard-write'] };

let browsing: Browsing;
let company: Staged;
let deleted: string;
beforeAll(async () => {
  browsing = await startBrowsing();
  const { installation } = browsing;
  company = await stageCompany(installation, 'Old Records', { seed: { invoices: 7 } });
  await stageCompany(installation, 'Other Records', { seed: { invoices: 5 } });
  const ids = [...(await installation.sandbox.truth(company.tenant, 'invoices')).keys()];
  deleted = ids[0] ?? '';
  await installation.sandbox.remove(company.tenant, 'invoices', deleted);
  await runSync(installation, company, { full_sync: true });
});
afterEach(() => browsing.closePages());
afterAll(() => browsing.close());

test('records are narrowed by company, filter and deletion, and the address keeps the view', async () => {
  const page = await browsing.signedIn('/records');
  await page.getByRole('link', { name: /^Invoices/ }).click();
  await shown(page.getByText('11 records')).toBeVisible();
  await page.getByRole('combobox', { name: /^Company/ }).click();
  await page.getByRole('option', { name: 'Old Records' }).click();
  await shown(page.getByText('6 records')).toBeVisible();
  await page.getByRole('switch', { name: 'Show deleted records' }).click();
  await shown(page.getByText('7 records')).toBeVisible();
  await shown(page.getByRole('row').filter({ hasText: 'Deleted' })).toContainText(deleted);
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByLabel('Value of rootfi_updated_at').fill('2100-01-01T00:00:00');
  await page.keyboard.press('Enter');
  await shown(page.getByText('No record matches')).toBeVisible();
  await page.reload();
  await shown(page.getByText('No record matches')).toBeVisible();
  await page.getByRole('button', { name: 'Clear company and filters' }).click();
  await shown(page.getByText('11 records')).toBeVisible();
});

test('records come in the order asked for, with the columns chosen', async () => {
  const page = await browsing.signedIn(`/records/accounting/invoices?company=${company.companyId}`);
  const first = page.getByRole('row').nth(1).getByRole('cell').first();
  const newest = (await first.textContent()) ?? '';
  await page.getByRole('combobox', { name: 'Order' }).click();
  await page.getByRole('option', { name: 'First created first' }).click();
  await shown(first).not.toHaveText(newest);
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'memo' }).click();
  await page.keyboard.press('Escape');
  await shown(page.getByRole('columnheader', { name: 'memo' })).toBeVisible();
  await page.reload();
  await shown(page.getByRole('columnheader', { name: 'memo' })).toBeVisible();
});

test('a record is shown unified and raw, and its request can be taken along and works', async () => {
  const page = await browsing.signedIn(
    `/records/accounting/invoices?company=${company.companyId}`,
    PERMITTED,
  );
  await page.getByRole('row').nth(1).getByRole('link').click();
  await shown(page.getByLabel('Unified record')).toContainText('rootfi_company_id');
  await shown(page.getByLabel('Raw record')).toContainText('updated_at');
  await page.getByRole('button', { name: 'Copy as rootfi-api' }).click();
  const copied = (words: RegExp) =>
    until('the request to be copied', 5_000, async () =>
      words.exec(await page.evaluate<string>('navigator.clipboard.readText()')),
    );
  await copied(/rootfi\.accounting\.invoices\.list\(/);
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  const url = new URL((await copied(/^curl .*'(http[^']+)'/))[1] ?? '');
  expect(await browsing.installation.call('GET', `${url.pathname}${url.search}`)).toMatchObject({
    data: [{ rootfi_company_id: company.companyId }],
  });
});
