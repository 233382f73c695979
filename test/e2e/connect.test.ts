import { expect as shown, type Page } from '@playwright/test';
import { z } from 'zod';
import { type Browsing, startBrowsing } from './browsing';
import { consentAtSandbox, signInAtSandbox } from './consent';

/** The way of an end customer: the link, the page, the platform's consent, the first sync; and each way it can end badly. */

jest.setTimeout(120_000);

let browsing: Browsing;
beforeAll(async () => {
  browsing = await startBrowsing();
});
afterEach(() => browsing.closePages());
afterAll(() => browsing.close());

const made = z.object({ data: z.object({ invite_link_id: z.string(), url: z.string() }) });
const connections = z.object({ data: z.array(z.unknown()) });

async function invite(body: object = {}): Promise<{ id: string; path: string }> {
  const answer = await browsing.installation.call('POST', '/v3/core/invite_links', {
    company_name: 'Invited Ltd',
    integration_categories: ['ACCOUNTING'],
    integrations: ['ROOTFI_SANDBOX'],
    ...body,
  });
  const { invite_link_id: id, url } = made.parse(answer).data;
  return { id, path: new URL(url).pathname };
}

async function countConnections(): Promise<number> {
  return connections.parse(await browsing.installation.call('GET', '/v3/core/connections')).data
    .length;
}

test('a link made in the dashboard connects a company, and its first sync is seen to the end', async () => {
  const { installation } = browsing;
  await installation.sandbox.createTenant('bakery', {
    seed: { invoices: 120, contacts: 10 },
    page_size: 30,
    latency_ms: 200,
  });
  const dashboard = await browsing.signedIn('/companies');
  await dashboard.getByRole('button', { name: 'Invite a customer' }).first().click();
  await dashboard.getByLabel('Company name').fill('Bread & Butter');
  await dashboard.getByRole('button', { name: 'Create link' }).click();
  const link = await dashboard.getByLabel('Invite link').inputValue();

  const customer = await browsing.stranger();
  await customer.goto(new URL(link).pathname);
  await customer.getByRole('button', { name: /Sandbox Accounting/ }).click();
  await shown(customer.getByText(/Bread & Butter/).first()).toBeVisible();
  await consentAtSandbox(customer, 'bakery');
  await shown(customer.getByRole('heading', { name: /connected|all set|done/i })).toBeVisible({
    timeout: 30_000,
  });
  await shown(customer.getByText(/120/).first()).toBeVisible({ timeout: 30_000 });
  await dashboard.goto('/companies');
  await dashboard.getByRole('link', { name: 'Bread & Butter' }).click();
  await shown(dashboard.getByRole('row', { name: /^Invoices/ })).toContainText('120');
});

describe('what goes wrong is said, and stores nothing', () => {
  let before: number;
  beforeEach(async () => {
    before = await countConnections();
  });
  afterEach(async () => {
    expect(await countConnections()).toBe(before);
  });

  async function says(page: Page, words: RegExp) {
    await shown(page.getByText(words).first()).toBeVisible();
  }

  it('an unknown link', async () => {
    const page = await browsing.stranger();
    await page.goto('/connect/2d6b0f3a-6d0e-4e7e-9d3c-0f5a5c9a7b11');
    await says(page, /not (known|valid)|does not exist|no such link/i);
  });

  it('a denied consent', async () => {
    await browsing.installation.sandbox.createTenant('denier', { seed: { invoices: 3 } });
    const page = await browsing.stranger();
    await page.goto((await invite()).path);
    await consentAtSandbox(page, 'denier', { deny: true });
    await says(page, /denied|did not (allow|grant)/i);
  });

  it('a forged answer of the platform', async () => {
    const page = await browsing.stranger();
    await page.goto('/v3/connect/oauth/callback?state=forged&code=forged');
    await says(page, /could not be|not (match|trusted|valid)|again/i);
  });

  it('a wrong password at the platform', async () => {
    await browsing.installation.sandbox.createTenant('forgetful', { seed: { invoices: 3 } });
    const page = await browsing.stranger();
    await page.goto((await invite()).path);
    await signInAtSandbox(page, 'forgetful', 'wrong');
    await shown(page.getByRole('alert')).toContainText(/password/i);
  });
});

test('a used link says so, and connects nobody else', async () => {
  await browsing.installation.sandbox.createTenant('once', { seed: { invoices: 3 } });
  const { path } = await invite();
  const page = await browsing.stranger();
  await page.goto(path);
  await consentAtSandbox(page, 'once');
  await shown(page.getByRole('heading', { name: /connected|all set|done/i })).toBeVisible({
    timeout: 30_000,
  });
  const other = await browsing.stranger();
  await other.goto(path);
  await shown(other.getByText(/already been used|was used/i).first()).toBeVisible();
});
