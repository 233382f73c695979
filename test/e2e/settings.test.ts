import { expect as shown, type Page } from '@playwright/test';
import { type Browsing, startBrowsing } from './browsing';
import { stageCompany, type Staged } from './stage';

/** People and what they may do, keys, and how things look to them. */

jest.setTimeout(120_000);

let browsing: Browsing;
let company: Staged;
beforeAll(async () => {
  browsing = await startBrowsing();
  company = await stageCompany(browsing.installation, 'Corner Shop', { seed: { invoices: 3 } });
});
afterEach(() => browsing.closePages());
afterAll(() => browsing.close());

/** Adds a user by the page of users, and answers the password that is shown once. */
async function addUser(admin: Page, email: string, role: string): Promise<string> {
  await admin.getByRole('button', { name: 'Add a user' }).click();
  await admin.getByLabel('E-mail').fill(email);
  await admin.getByRole('combobox', { name: 'Role', exact: true }).click();
  await admin.getByRole('option', { name: role }).click();
  await admin.getByRole('button', { name: 'Add user' }).click();
  const password = await admin.getByLabel('Password', { exact: true }).inputValue();
  await admin.getByRole('button', { name: 'Close' }).click();
  await shown(admin.getByRole('row', { name: email })).toBeVisible();
  return password;
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await shown(page).not.toHaveURL(/\/sign-in/);
}

test('a new user with the role read-only sees all but users and keys, and can change nothing', async () => {
  const admin = await browsing.signedIn('/settings?tab=users');
  const password = await addUser(admin, 'auditor@example.com', 'Read-only');
  const page = await browsing.stranger();
  await page.goto(`/companies/${company.companyId}`);
  await signIn(page, 'auditor@example.com', password);
  await shown(page.getByRole('row', { name: /^Invoices/ })).toContainText('3');
  for (const name of ['Refresh', 'More ways to sync', 'Pause']) {
    await shown(page.getByRole('button', { name, exact: true })).toBeDisabled();
  }
  await page.goto('/companies');
  await shown(page.getByRole('button', { name: 'Invite a customer' }).first()).toBeDisabled();
  await page.goto('/sync-config');
  await shown(page.getByRole('switch').first()).toBeDisabled();
  await page.goto('/settings?tab=users');
  await shown(page.getByText('Only admins see users and roles')).toBeVisible();
  await page.getByRole('tab', { name: 'API keys' }).click();
  await shown(page.getByText('Only admins see API keys')).toBeVisible();
});

test('a session that is ended elsewhere leads to the sign-in, and from there back', async () => {
  const admin = await browsing.signedIn('/settings?tab=users');
  const email = 'member@example.com';
  const password = await addUser(admin, email, 'Member');
  const page = await browsing.stranger();
  await page.goto('/system');
  await signIn(page, email, password);
  await shown(page.getByRole('heading', { level: 1, name: 'System' })).toBeVisible();
  await admin.getByRole('combobox', { name: `Role of ${email}` }).click();
  await admin.getByRole('option', { name: 'Read-only' }).click();
  await shown(admin.getByText(`Role of ${email} changed`)).toBeVisible();
  await shown(page).toHaveURL(/\/sign-in\?to=%2Fsystem$/, { timeout: 15_000 });
  await signIn(page, email, password);
  await shown(page).toHaveURL(/\/system$/);
  await admin.getByRole('button', { name: `More for ${email}` }).click();
  await admin.getByRole('menuitem', { name: 'Remove' }).click();
  await admin.getByRole('alertdialog').getByRole('button', { name: 'Remove user' }).click();
  await shown(admin.getByRole('row', { name: email })).toHaveCount(0);
  await shown(page).toHaveURL(/\/sign-in/, { timeout: 15_000 });
});

test('an API key is made, shown once, used, and refused once it is revoked', async () => {
  const admin = await browsing.signedIn('/settings?tab=api-keys');
  await admin.getByRole('button', { name: 'Create a key' }).click();
  await admin.getByRole('button', { name: 'Create key' }).click();
  await shown(admin.getByText('Enter what it is for.')).toBeVisible();
  await admin.getByLabel('Name').fill('Billing');
  await admin.getByRole('button', { name: 'Create key' }).click();
  const key = await admin.getByRole('textbox', { name: 'API key' }).inputValue();
  await admin.getByRole('button', { name: 'Close' }).click();
  const row = admin.getByRole('row', { name: /^Billing/ });
  await shown(row).toContainText(key.slice(0, 8));
  await shown(admin.getByText(key)).toHaveCount(0);
  const ask = async () => {
    const companies = `${browsing.installation.url}/v3/core/companies`;
    return (await fetch(companies, { headers: { api_key: key } })).status;
  };
  expect(await ask()).toBe(200);
  await row.getByRole('button', { name: 'Revoke' }).click();
  await admin.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click();
  await shown(row).toContainText('Revoked');
  expect(await ask()).toBe(401);
});

test('one changes one’s password, once the old one is right', async () => {
  const admin = await browsing.signedIn('/settings?tab=users');
  const first = await addUser(admin, 'careful@example.com', 'Member');
  const page = await browsing.stranger();
  await page.goto('/settings');
  await signIn(page, 'careful@example.com', first);
  const change = async (current: string, again: string) => {
    await page.getByLabel('Current password').fill(current);
    await page.getByLabel('New password', { exact: true }).fill('another horse battery');
    await page.getByLabel('New password again').fill(again);
    await page.getByRole('button', { name: 'Change password' }).click();
  };
  await change(first, 'a slip of the finger');
  await shown(page.getByText('This differs from the new password.')).toBeVisible();
  await change('not that one', 'another horse battery');
  await shown(page.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true');
  await change(first, 'another horse battery');
  await shown(page.getByText('Password changed')).toBeVisible();
});

test('theme and time zone are kept in the browser', async () => {
  const page = await browsing.signedIn('/settings?tab=appearance', { colorScheme: 'light' });
  const document = page.locator('html');
  await shown(document).toHaveAttribute('data-theme', 'light');
  await page.getByText('Dark', { exact: true }).click();
  await shown(document).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('combobox', { name: /^Time zone/ }).click();
  await page.getByLabel('Search: Time zone').fill('Tokyo');
  await page.getByRole('option', { name: /Tokyo/ }).click();
  await page.reload();
  await shown(document).toHaveAttribute('data-theme', 'dark');
  await shown(page.getByRole('combobox', { name: /^Time zone: Asia\/Tokyo/ })).toBeVisible();
  await page.getByRole('button', { name: 'Use this browser’s' }).click();
  await shown(page.getByRole('combobox', { name: /^Time zone: UTC/ })).toBeVisible();
});

test('the system page says that everything runs, and counts it', async () => {
  const page = await browsing.signedIn('/system');
  await shown(page.getByText('Everything runs')).toBeVisible();
  const fact = (name: string) => page.getByText(name, { exact: true }).locator('xpath=..');
  await shown(fact('Healthy')).toContainText('1');
  await shown(fact('Records, about')).toContainText(/\d/);
});
