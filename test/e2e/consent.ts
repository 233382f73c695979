import type { Page } from '@playwright/test';

/** From the connect page through the sandbox platform's own sign-in and consent, and back. */
export async function consentAtSandbox(
  page: Page,
  tenant: string,
  { deny = false } = {},
): Promise<void> {
  await signInAtSandbox(page, tenant, 'sandbox');
  await page.getByRole('button', { name: deny ? 'Deny' : 'Allow', exact: true }).click();
}

/** From the connect page to the sandbox platform, and as far as the password lets one there. */
export async function signInAtSandbox(page: Page, tenant: string, password: string): Promise<void> {
  await page
    .getByRole('button', { name: /^(continue|connect|allow|reconnect)/i })
    .first()
    .click();
  await page.getByLabel('Tenant').fill(tenant);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
