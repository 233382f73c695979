import AxeBuilder from '@axe-core/playwright';
import { expect as shown, type Page } from '@playwright/test';
import { z } from 'zod';
import { type Browsing, startBrowsing } from './browsing';
import { runSync, stageCompany, type Staged } from './stage';
import { dashboardTour, type Places, type Stop } from './tour';

/** What holds for every page of the dashboard: who may see it, who can use it, on what. */

jest.setTimeout(180_000);

const PHONE = { viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true };
const SERIOUS = new Set(['serious', 'critical']);

let browsing: Browsing;
let company: Staged;
let stops: Stop[];
beforeAll(async () => {
  browsing = await startBrowsing();
  company = await stageCompany(browsing.installation, 'Corner Shop', {
    seed: { invoices: 40, contacts: 10 },
  });
  stops = dashboardTour(await placesOf(company));
});
afterEach(() => browsing.closePages());
afterAll(() => browsing.close());

const listed = z.object({ data: z.array(z.object({ rootfi_id: z.number() })) });

async function placesOf({ companyId, connectionId }: Staged): Promise<Places> {
  const { installation } = browsing;
  const syncId = await runSync(installation, company);
  const { data } = listed.parse(
    await installation.call('GET', `/v3/accounting/invoices?rootfi_company_id[eq]=${companyId}`),
  );
  return { companyId, connectionId, syncId, recordId: data[0]?.rootfi_id ?? 0 };
}

describe('signing in', () => {
  it('takes one click on this computer, and leads on to where one wanted to go', async () => {
    const page = await browsing.signedIn(`/companies/${company.companyId}`);
    await shown(page.getByRole('heading', { level: 1, name: 'Corner Shop' })).toBeVisible();
  });

  it('takes e-mail and password elsewhere, and says when they are wrong', async () => {
    const page = await browsing.stranger();
    await page.goto('/companies');
    const password = /password:?\s+(\S+)/i.exec(browsing.installation.output)?.[1] ?? '';
    await page.getByLabel('E-mail').fill('admin@localhost');
    await page.getByLabel('Password').fill('not this one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await shown(page.getByRole('alert')).toBeVisible();
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await shown(page.getByRole('heading', { level: 1, name: 'Companies' })).toBeVisible();
  });

  it('is over after signing out', async () => {
    const page = await browsing.signedIn('/companies');
    await page.getByRole('button', { name: 'Your account' }).filter({ visible: true }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await shown(page).toHaveURL(/\/sign-in/);
    await page.goto(`/companies/${company.companyId}`);
    await shown(page).toHaveURL(/\/sign-in/);
  });
});

test.each([
  ['light', null],
  // The same pages in other colours: only those can be at fault.
  ['dark', ['color-contrast']],
] as const)('no page has a serious accessibility fault in the %s', async (colorScheme, rules) => {
  const page = await browsing.signedIn('/companies', { colorScheme });
  const faults: string[] = [];
  for (const stop of stops) {
    await go(page, stop);
    const found = await seriousFaults(page, rules);
    faults.push(...found.map((fault) => `${stop.name}: ${fault}`));
  }
  expect(faults).toEqual([]);
});

test('no page is wider than a phone', async () => {
  const page = await browsing.signedIn('/companies', PHONE);
  const wide: string[] = [];
  for (const stop of stops) {
    await go(page, stop);
    const wider = await page.evaluate<number>(
      'document.documentElement.scrollWidth - window.innerWidth',
    );
    if (wider > 0) wide.push(`${stop.name}: ${wider} px`);
  }
  expect(wide).toEqual([]);
});

test('the main path can be gone with the keyboard alone', async () => {
  const page = await browsing.stranger();
  await page.goto('/companies');
  await press(page, 'Continue on this computer');
  await shown(page.getByRole('link', { name: 'Corner Shop' })).toBeVisible();
  await page.keyboard.press('Tab');
  await shown(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await press(page, 'Corner Shop');
  await shown(page.getByRole('heading', { level: 1, name: 'Corner Shop' })).toBeVisible();
  await press(page, 'Refresh');
  await shown(page.getByText('No records changed').first()).toBeVisible({ timeout: 20_000 });
  await press(page, 'More ways to sync');
  await page.keyboard.press('ArrowUp');
  await shown(page.getByRole('menuitem', { name: /Full sync/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await shown(page.getByRole('dialog', { name: 'Full sync' })).toBeVisible();
  await page.keyboard.press('Escape');
  await shown(page.getByRole('dialog')).toHaveCount(0);
});

/** Tabs to what is called so, and presses Enter. */
async function press(page: Page, name: string): Promise<void> {
  const named = () =>
    page.evaluate<string>(
      'document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? ""',
    );
  for (let tabs = 0; tabs < 60; tabs += 1) {
    if ((await named()).trim() === name) return page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
  }
  throw new Error(`No ${name} within 60 tabs`);
}

async function go(page: Page, stop: Stop): Promise<void> {
  await page.goto(stop.path);
  await shown(stop.ready(page).first()).toBeVisible();
}

async function seriousFaults(page: Page, rules: readonly string[] | null): Promise<string[]> {
  const builder = new AxeBuilder({ page });
  const { violations } = await (rules === null ? builder : builder.withRules([...rules])).analyze();
  return violations
    .filter(({ impact }) => SERIOUS.has(impact ?? ''))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}
