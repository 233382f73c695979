import { readdirSync } from 'node:fs';
import path from 'node:path';
import { startApi, type TestApi } from '../../support/api';

/** The built pages as the API serves them: what a browser may do with them, and what it may keep. */

const BUILT = path.join(__dirname, '../../../dist/web');
const HTML = { accept: 'text/html,application/xhtml+xml' };

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ change: (deps) => ({ ...deps, webRoot: BUILT }) });
});
afterAll(() => api.close());

const get = (route: string, headers: Record<string, string> = HTML) =>
  fetch(`${api.url}${route}`, { headers, redirect: 'manual' });

function policyOf(response: Response): Record<string, string> {
  const text = response.headers.get('content-security-policy') ?? '';
  return Object.fromEntries(
    text.split(';').map((part) => {
      const [name = '', ...values] = part.trim().split(' ');
      return [name, values.join(' ')];
    }),
  );
}

test.each(['/', '/companies', '/companies/7', '/syncs/abc', '/no/such/page'])(
  'a browser that goes to %s gets the dashboard, asked for anew each time',
  async (route) => {
    const response = await get(route);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toContain('<title>Syncline</title>');
  },
);

test('the dashboard runs no inline script or style, nothing from elsewhere, and in no frame', async () => {
  const policy = policyOf(await get('/companies'));
  expect(policy).toMatchObject({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'font-src': "'self'",
    'connect-src': "'self'",
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
  });
});

test('the connect page may stand in a frame of any site, and is as strict otherwise', async () => {
  const response = await get('/connect/8d0c0c52-5a2f-4b50-9a44-5a5f24f2f1ab');
  expect(await response.text()).toContain('<title>Connect your account</title>');
  expect(response.headers.get('x-frame-options')).toBeNull();
  expect(policyOf(response)).toMatchObject({
    'script-src': "'self'",
    'style-src': "'self'",
    'frame-ancestors': '*',
  });
});

test('files that are named by their content are kept for a year, compressed', async () => {
  const scripts = readdirSync(path.join(BUILT, 'assets')).filter((file) => file.endsWith('.js'));
  const [largest = ''] = scripts.filter((file) => file.startsWith('index-'));
  const response = await get(`/assets/${largest}`, { 'accept-encoding': 'gzip' });
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(response.headers.get('content-encoding')).toBe('gzip');
});

test.each(['/assets/gone-12345678.js', '/gone.svg', '/.vite/manifest.json'])(
  '%s is not there, and says so as JSON',
  async (route) => {
    const response = await get(route);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not-found' } });
  },
);

test('a program that asks for no page gets none, and the API answers as ever', async () => {
  const unknown = await get('/companies', { accept: '*/*' });
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: {} }]);
  expect((await get('/v3/core/companies')).status).toBe(401);
  expect((await get('/v3/no/such/route', HTML)).headers.get('content-type')).toMatch(/json/);
});
