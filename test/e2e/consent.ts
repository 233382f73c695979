import type { Page } from '@playwright/test';

/** From the connect page through the sandbox platform's own consent screen and back. */
export async function consentAtSandbox(
  page: Page,
  tenant: string,
  { password = 'sandbox', deny = false } = {},
): Promise<void> {
  await page
    .getByRole('button', { name: /^(continue|connect|allow)/i })
    .first()
    .click();
  await page.getByLabel(/tenant/i).fill(tenant);
  await page.getByLabel(/password/i).fill(password);
  await page.getByRole('button', { name: deny ? /deny/i : /allow/i }).click();
}
