import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { z } from 'zod';
import { startBrowsing } from './browsing';
import { consentAtSandbox } from './consent';
import { runSync, stageAll } from './stage';
import { dashboardTour } from './tour';

const LOOKS = [
  { name: 'light', options: { colorScheme: 'light' } },
  { name: 'dark', options: { colorScheme: 'dark' } },
  {
    name: 'phone',
    options: { colorScheme: 'light', viewport: { width: 375, height: 812 }, deviceScaleFactor: 2 },
  },
] as const;
const DESK = { width: 1_360, height: 860 };
/** Fades and first data are over by then. */
const SETTLE_MS = 700;

const listed = z.object({ data: z.array(z.object({ rootfi_id: z.number() })) });
const link = z.object({ data: z.object({ url: z.string() }) });

/** Draws every page, in light, dark and on a phone, into `folder`; `tell` hears of each. */
export async function takeScreenshots(folder: string, tell: (line: string) => void): Promise<void> {
  const browsing = await startBrowsing({ SYNCLINE_DEMO: '1' });
  const { installation } = browsing;
  try {
    const cast = await stageAll(installation);
    const { healthy } = cast;
    const syncId = await runSync(installation, healthy);
    const { data } = listed.parse(
      await installation.call(
        'GET',
        `/v3/accounting/invoices?rootfi_company_id[eq]=${healthy.companyId}`,
      ),
    );
    const stops = [
      ...dashboardTour({ ...healthy, syncId, recordId: data[0]?.rootfi_id ?? 0 }),
      ...companyInTrouble(cast),
    ];
    for (const { name, options } of LOOKS) {
      const into = path.join(folder, name);
      mkdirSync(into, { recursive: true });
      const save = async (page: Page, file: string) => {
        await page.waitForTimeout(SETTLE_MS);
        await page.screenshot({ path: path.join(into, `${file}.png`) });
        tell(`${name}/${file}.png`);
      };
      const window = { viewport: DESK, ...options };
      const stranger = await browsing.stranger(window);
      await stranger.goto('/sign-in');
      await save(stranger, 'sign-in');
      const page = await browsing.signedIn('/companies', window);
      for (const stop of stops) {
        await page.goto(stop.path);
        await stop.ready(page).first().waitFor();
        await save(page, stop.name);
      }
      await drawConnecting(browsing, window, save, `Customer in ${name}`);
    }
  } finally {
    await browsing.close();
  }
}

function companyInTrouble(cast: Awaited<ReturnType<typeof stageAll>>) {
  const at = (name: string, id: number, tab = '') => ({
    name,
    path: `/companies/${id}${tab}`,
    ready: (page: Page) => page.getByRole('heading', { level: 1 }),
  });
  return [
    at('company-sleeping', cast.throttled.companyId),
    at('company-expired', cast.expired.companyId),
    at('company-runs', cast.healthy.companyId, '?tab=runs'),
    at('company-deletions-held', cast.held.companyId, '?tab=deletions'),
    at('company-quarantine', cast.quarantined.companyId, '?tab=quarantine'),
    at('company-activity', cast.healthy.companyId, '?tab=activity'),
  ];
}

type Browsing = Awaited<ReturnType<typeof startBrowsing>>;

async function drawConnecting(
  browsing: Browsing,
  window: Parameters<Browsing['stranger']>[0],
  save: (page: Page, file: string) => Promise<void>,
  company: string,
): Promise<void> {
  const { installation } = browsing;
  const tenant = company.toLowerCase().replaceAll(' ', '-');
  await installation.sandbox.createTenant(tenant, { seed: { invoices: 400 }, latency_ms: 150 });
  const make = async (body: object) => {
    const answer = await installation.call('POST', '/v3/core/invite_links', body);
    return new URL(link.parse(answer).data.url).pathname;
  };
  const page = await browsing.stranger(window);
  await page.goto(await make({ integration_categories: ['ACCOUNTING'], company_name: company }));
  await page.getByRole('heading').first().waitFor();
  await save(page, 'connect-choice');
  await page.goto(
    await make({
      integration_categories: ['ACCOUNTING'],
      integrations: ['ROOTFI_SANDBOX'],
      company_name: company,
    }),
  );
  await page.getByRole('heading').first().waitFor();
  await save(page, 'connect-consent');
  await consentAtSandbox(page, tenant);
  await page.getByRole('heading').first().waitFor();
  await save(page, 'connect-progress');
  await page.goto('/connect/2d6b0f3a-6d0e-4e7e-9d3c-0f5a5c9a7b11');
  await save(page, 'connect-unknown-link');
}
