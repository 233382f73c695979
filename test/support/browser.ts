import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { z } from 'zod';

const launchSchema = z.object({
  executablePath: z.string(),
  env: z.record(z.string(), z.string()),
  args: z.array(z.string()),
});

/** The Chromium that the test run has found. Throws what a person can do where it found none. */
export function openBrowser(): Promise<Browser> {
  const given = process.env['TEST_BROWSER'];
  if (given === undefined) {
    throw new Error(process.env['TEST_NO_BROWSER'] ?? 'TEST_BROWSER is not set: run npm test');
  }
  const { executablePath, env, args } = launchSchema.parse(JSON.parse(given));
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return chromium.launch({
    executablePath,
    args,
    env: { ...Object.fromEntries(inherited), ...env },
  });
}

/** A page that keeps what its console complains of: errors of scripts, and what the CSP refused. */
export interface WatchedPage {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly complaints: string[];
}

export async function openPage(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ timezoneId: 'UTC', locale: 'en-GB', ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused request is the page's business to show, not a fault of it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  return { context, page, complaints };
}
