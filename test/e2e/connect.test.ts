import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect as shown, type Page } from '@playwright/test';
import { z } from 'zod';
import { type Browsing, startBrowsing } from './browsing';
import { consentAtSandbox, signInAtSandbox } from './consent';
import { expireLink, stageCompany } from './stage';

/** The way of an end customer: the link, the page, the platform's consent, the first sync; and each way it can end badly. */

jest.setTimeout(120_000);

let browsing: Browsing;
beforeAll(async () => {
  browsing = await startBrowsing();
});
afterEach(() => browsing.closePages());
afterAll(() => browsing.close());

/** A first sync that takes no time leaves "connected" to be seen for none either. */
const CONNECTED = /connected|all set|done/i;

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
  await shown(customer.getByRole('heading', { name: CONNECTED })).toBeVisible({
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

  it('an expired link', async () => {
    const { id, path } = await invite();
    await expireLink(browsing.installation, id);
    const page = await browsing.stranger();
    await page.goto(path);
    await says(page, /This link has expired/);
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

  it('details that are no address, that nobody answers to, and that the platform refuses', async () => {
    const tryton = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end('{"id": 0, "error": ["LoginException", ["password", "Password", "password"]]}');
    });
    await new Promise<void>((resolve) => tryton.listen(0, '127.0.0.1', resolve));
    const { port } = tryton.address() as AddressInfo;
    const page = await browsing.stranger();
    await page.goto((await invite({ integrations: ['TRYTON'] })).path);
    await page.getByRole('button', { name: 'Continue' }).click();
    const tryWith = async (address: string) => {
      await page.getByLabel('Server address').fill(address);
      await page.getByRole('button', { name: 'Test and connect' }).click();
    };
    await tryWith('books.example.com');
    await says(page, /Enter a whole address/);
    await says(page, /Enter the database/);
    await page.getByLabel('Database').fill('books');
    await page.getByLabel('User name').fill('auditor');
    await page.getByLabel('Password').fill('wrong');
    await tryWith(`http://127.0.0.1:${port}`);
    await says(page, /Tryton refused these details/);
    await new Promise((resolve) => tryton.close(resolve));
    await tryWith(`http://127.0.0.1:${port}`);
    await says(page, /Tryton cannot be reached/);
  });

  it('another account than the one that is reconnected', async () => {
    const { installation } = browsing;
    const company = await stageCompany(installation, 'Same Again', { seed: { items: 2 } });
    before += 1;
    await installation.sandbox.createTenant('stranger', { seed: { items: 2 } });
    const path = `/v3/core/connections/${company.connectionId}/reconnect_link`;
    const { url } = made.parse(await installation.call('POST', path)).data;
    const page = await browsing.stranger();
    await page.goto(new URL(url).pathname);
    await consentAtSandbox(page, 'stranger');
    await says(page, /This is a different account/);
    await page.getByRole('button', { name: 'Start again' }).click();
    await consentAtSandbox(page, company.tenant);
    await shown(page.getByRole('heading', { name: CONNECTED })).toBeVisible();
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
  await shown(page.getByRole('heading', { name: CONNECTED })).toBeVisible({
    timeout: 30_000,
  });
  const other = await browsing.stranger();
  await other.goto(path);
  await shown(other.getByText(/already been used|was used/i).first()).toBeVisible();
});

test('a link that names nobody asks for the company, and finds the platform among those it offers', async () => {
  await browsing.installation.sandbox.createTenant('nameless', { seed: { invoices: 2 } });
  const page = await browsing.stranger();
  await page.goto((await invite({ company_name: undefined, integrations: undefined })).path);
  await page.getByRole('button', { name: 'Continue' }).click();
  await shown(page.getByText('Enter your company’s name.')).toBeVisible();
  await page.getByLabel('Company name').fill('Own Words Ltd');
  await page.getByRole('button', { name: 'Continue' }).click();
  const platforms = page.getByRole('list', { name: 'Platforms' }).getByRole('listitem');
  await shown(platforms).not.toHaveCount(1);
  await page.getByLabel('Search platforms').fill('nothing like it');
  await shown(page.getByText(/No platform matches/)).toBeVisible();
  await page.getByLabel('Search platforms').fill('sandb');
  await shown(platforms).toHaveCount(1);
  await platforms.getByRole('button').click();
  const scopes = page.getByRole('list', { name: /will be able to/ });
  await shown(scopes.getByRole('listitem').filter({ hasText: /read .*invoices/i })).toHaveCount(1);
  await consentAtSandbox(page, 'nameless');
  await shown(page.getByRole('heading', { name: CONNECTED })).toBeVisible();
  const desk = await browsing.signedIn('/companies');
  await shown(desk.getByRole('link', { name: 'Own Words Ltd' })).toBeVisible();
});
