import { expect as shown, type Browser, type Page } from '@playwright/test';
import { openBrowser, openPage, type WatchedPage } from '../support/browser';
import { Installation } from '../support/installation';

/** An installation of its own, and people who look at it in a real browser. */
export interface Browsing {
  readonly installation: Installation;
  readonly browser: Browser;
  /** A new browser window of somebody who is signed in, on this page. */
  signedIn(path: string, options?: Parameters<typeof openPage>[1]): Promise<Page>;
  /** A new browser window of somebody who is not. */
  stranger(options?: Parameters<typeof openPage>[1]): Promise<Page>;
  /** Closes all windows; fails where one of their consoles has complained. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

export async function startBrowsing(environment: Record<string, string> = {}): Promise<Browsing> {
  const installation = await Installation.create();
  const [browser] = await Promise.all([openBrowser(), installation.start(environment)]);
  const open: WatchedPage[] = [];
  const window = async (options?: Parameters<typeof openPage>[1]) => {
    const watched = await openPage(browser, { baseURL: installation.url, ...options });
    open.push(watched);
    return watched.page;
  };
  return {
    installation,
    browser,
    stranger: window,
    async signedIn(path, options) {
      const page = await window(options);
      await page.goto(path);
      await page.getByRole('button', { name: 'Continue on this computer' }).click();
      await shown(page).toHaveURL(new RegExp(`${path.replaceAll(/[?/]/g, '\\$&')}$`));
      return page;
    },
    async closePages() {
      const complaints = open.flatMap((watched) => watched.complaints);
      await Promise.all(open.map(({ context }) => context.close()));
      open.length = 0;
      expect(complaints).toEqual([]);
    },
    async close() {
      await browser.close();
      await installation.remove();
    },
  };
}
