import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Frame, Page } from '@playwright/test';
import { startApi, type TestApi } from '../../support/api';
import { openBrowser } from '../../support/browser';
import { until } from '../../support/until';

/** The browser SDK on a page of another site, in a real browser. */

const BUILT = path.join(__dirname, '../../../dist/web');

/** As strict as a host may be: our script, our frame, and nothing inline. */
const policyFor = (api: string) =>
  `default-src 'none'; script-src 'self' ${api}; frame-src ${api}; style-src 'self'`;

const HOST_SCRIPT = `
window.heard = [];
const tell = (name) => (data) => window.heard.push(data === undefined ? [name] : [name, data]);
window.begin = (linkToken) => RootfiLink.initialize({
  linkToken, onReady: tell('ready'), onSuccess: tell('success'), onExit: tell('exit') });`;

describe('sdk.js', () => {
  let api: TestApi;
  let host: Server;
  let browser: Browser;
  let page: Page;
  let token: string;

  beforeAll(async () => {
    api = await startApi({ change: (deps) => ({ ...deps, webRoot: BUILT }) });
    browser = await openBrowser();
    const organisation = await api.organisation();
    const { body } = await organisation.call('POST', '/v3/core/invite_links', {
      body: { company_name: 'Acme', integration_categories: ['ACCOUNTING'] },
    });
    token = body.data.invite_link_id;
    host = createServer((request, response) => {
      if (request.url === '/host.js') {
        response.setHeader('content-type', 'text/javascript').end(HOST_SCRIPT);
        return;
      }
      response.setHeader('content-type', 'text/html');
      response.setHeader('content-security-policy', policyFor(api.url));
      response.end(
        `<!doctype html><title>Host</title><script src="${api.url}/sdk.js"></script><script src="/host.js"></script><button>Connect</button>`,
      );
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', () => resolve()));
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await new Promise((resolve) => host.close(resolve));
    await api.close();
  });

  beforeEach(async () => {
    page = await browser.newPage();
    await page.goto(`http://localhost:${(host.address() as AddressInfo).port}/`);
  });
  afterEach(() => page.close());

  const heard = () => page.evaluate<unknown[]>('window.heard');
  const isShown = () => page.getByRole('dialog').isVisible();

  async function begin(): Promise<Frame> {
    await page.evaluate(`window.begin('${token}')`);
    await until('the page to be ready', 15_000, async () => (await heard())[0] ?? null);
    const frame = page.frames().find((each) => each.url().includes('/connect/'));
    if (frame === undefined) throw new Error('There is no frame');
    return frame;
  }

  const post = (frame: Frame, message: object) =>
    frame.evaluate(`window.parent.postMessage(${JSON.stringify(message)}, '*')`);
  const ours = (type: string, data: object = {}) => ({ source: 'syncline-connect', type, data });

  it('is served to every site, for a quarter of an hour', async () => {
    const { headers, status } = await fetch(`${api.url}/sdk.js`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.get('cache-control')).toBe('public, max-age=900');
  });

  it('loads the link unseen, opens and closes it, and gives the focus back', async () => {
    const frame = await begin();
    const origin = encodeURIComponent(new URL(page.url()).origin);
    expect(frame.url()).toBe(`${api.url}/connect/${token}?embedded=1&origin=${origin}`);
    expect([await heard(), await isShown()]).toEqual([[['ready']], false]);
    await page.getByRole('button', { name: 'Connect' }).focus();
    await page.evaluate('RootfiLink.openLink()');
    expect(await isShown()).toBe(true);
    await page.evaluate('RootfiLink.closeLink()');
    expect(await isShown()).toBe(false);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Connect');
    await page.evaluate('RootfiLink.openLink()');
    expect([await heard(), await isShown()]).toEqual([[['ready']], true]);
  });

  it('tells of success, and closes when the customer leaves', async () => {
    const frame = await begin();
    await page.evaluate('RootfiLink.openLink()');
    await post(frame, ours('success', { integration_type: 'ROOTFI_SANDBOX' }));
    await post(frame, ours('exit'));
    await until('the exit', 5_000, async () => ((await heard()).length === 3 ? true : null));
    expect(await heard()).toEqual([
      ['ready'],
      ['success', { integration_type: 'ROOTFI_SANDBOX' }],
      ['exit', {}],
    ]);
    expect(await isShown()).toBe(false);
  });

  it('listens to nobody but its own frame and origin', async () => {
    const frame = await begin();
    await page.evaluate('RootfiLink.openLink()');
    // The host's page itself, and another frame that shows our pages.
    await page.evaluate(`window.postMessage(${JSON.stringify(ours('success'))}, '*')`);
    await page.evaluate(`
      const other = document.createElement('iframe');
      other.src = '${api.url}/connect/error';
      other.name = 'other';
      document.body.append(other);`);
    const other = await until('another frame', 10_000, async () => {
      const found = page.frame({ name: 'other' });
      return found?.url().endsWith('/connect/error') ? found : null;
    });
    await post(other, ours('success'));
    await post(frame, { ...ours('success'), source: 'somebody else' });
    await post(frame, { ...ours('exit') });
    await until('the exit', 5_000, async () => ((await heard()).length >= 2 ? true : null));
    expect(await heard()).toEqual([['ready'], ['exit', {}]]);
  });

  it('keeps the window in which the customer consents joined to the frame, there and back', async () => {
    const frame = await begin();
    const opening = page.waitForEvent('popup');
    await frame.evaluate(`window.open('/connect/${token}')`);
    const popup = await opening;
    await popup.waitForLoadState();
    await popup.goto(`${api.url}/v3/connect/oauth/callback?state=forged`);
    expect(popup.url()).toBe(`${api.url}/connect/error?reason=state`);
    expect(await popup.evaluate('window.opener !== null')).toBe(true);
    await popup.close();
  });

  it('says what it needs', async () => {
    await expect(page.evaluate('RootfiLink.openLink()')).rejects.toThrow(
      'Call RootfiLink.initialize',
    );
    for (const given of ['undefined', '"../../evil"', '7']) {
      const call = page.evaluate(`RootfiLink.initialize({ linkToken: ${given} })`);
      await expect(call).rejects.toThrow('needs a linkToken');
    }
  });
});
