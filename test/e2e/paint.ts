import type { Page } from '@playwright/test';
import { createTestDatabase } from '../support/database';
import { Installation } from '../support/installation';
import { openBrowser, openPage } from '../support/browser';
import { CROWD, fillWithCrowd } from './crowd';
import { dashboardTour, type Stop } from './tour';

const ROUNDS = 5;
const PATIENCE_MS = 20_000;

export interface Painted {
  readonly page: string;
  /** Milliseconds from going to the address, with nothing kept, until the page can be used; sorted. */
  readonly ms: readonly number[];
}

/**
 * How long each page takes until it can be used, in a new browser window, where there are thousands of companies and
 * millions of records. `tell` hears what is being done.
 */
export async function measurePaint(tell: (line: string) => void): Promise<Painted[]> {
  const database = await createTestDatabase();
  const installation = await Installation.create();
  const browser = await openBrowser();
  try {
    await installation.start({ DATABASE_URL: database.url, SYNCLINE_LOCAL_SIGN_IN: 'true' });
    const from = Date.now();
    await fillWithCrowd(database, 1n);
    tell(`${CROWD.companies} companies and ${CROWD.records} records in ${Date.now() - from} ms`);
    const { context, page } = await openPage(browser, { baseURL: installation.url });
    await page.goto('/companies');
    await page.getByRole('button', { name: 'Continue on this computer' }).click();
    await page.waitForURL(/\/companies$/);
    const storageState = await context.storageState();
    const results: Painted[] = [];
    for (const stop of dashboardTour(await placesOf(database))) {
      const ms: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const fresh = await openPage(browser, { baseURL: installation.url, storageState });
        ms.push(await paint(fresh.page, stop));
        await fresh.context.close();
      }
      results.push({ page: stop.name, ms: ms.sort((a, b) => a - b) });
      tell(`${stop.name}: ${ms.join(', ')} ms`);
    }
    return results;
  } finally {
    await browser.close();
    await installation.remove();
    await database.drop();
  }
}

async function paint(page: Page, stop: Stop): Promise<number> {
  const from = performance.now();
  await page.goto(stop.path, { waitUntil: 'commit' });
  // Looked for without a pause: Playwright's own waiting looks twice a second after the first tries.
  const sign = stop.ready(page).first();
  while (!(await sign.isVisible())) {
    if (performance.now() - from > PATIENCE_MS) throw new Error(`${stop.name} is never ready`);
  }
  return Math.round(performance.now() - from);
}

/** The company that has a tenth of all records. */
async function placesOf({ db }: Awaited<ReturnType<typeof createTestDatabase>>) {
  const { rows } = await db.pool.query<{
    company: string;
    connection: string;
    sync: string;
    record: string;
  }>(`
    SELECT c.company_id AS company, c.id AS connection,
      (SELECT sync_id FROM syncs s WHERE s.connection_id = c.id ORDER BY s.id DESC LIMIT 1) AS sync,
      (SELECT r.id FROM records r WHERE r.connection_id = c.id AND r.data_model = 'INVOICES' LIMIT 1) AS record
    FROM connections c WHERE c.account LIKE 'crowd-%' ORDER BY c.id LIMIT 1`);
  const [row] = rows;
  if (row === undefined) throw new Error('The crowd is not there');
  return {
    companyId: Number(row.company),
    connectionId: Number(row.connection),
    syncId: row.sync,
    recordId: Number(row.record),
  };
}
