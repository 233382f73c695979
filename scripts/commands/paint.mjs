import { browserForTests } from '../lib/browser.mjs';
import { loadTypeScript } from '../lib/load-typescript.mjs';
import { say, table, tell } from '../lib/say.mjs';
import { setUp } from '../lib/set-up.mjs';
import { makeTemplateDatabase } from '../lib/template-database.mjs';
import { startTestServices } from '../lib/test-services.mjs';

/** A page that takes longer until it can be used is a fault. */
const LIMIT_MS = 1_000;

/** `npm run test:paint`: how fast each page is with 5,000 companies and 2,000,000 records. 1 where one is too slow. */
export async function main() {
  await setUp();
  const services = await startTestServices();
  try {
    await makeTemplateDatabase(services.env.TEST_DATABASE_URL);
    Object.assign(process.env, services.env, await browserForTests());
    const { measurePaint } = loadTypeScript('test/e2e/paint.ts');
    const pages = await measurePaint(tell);
    const middle = (ms) => ms[Math.floor(ms.length / 2)];
    const rows = pages.map(({ page, ms }) => [page, ms[0], middle(ms), ms.at(-1)].map(String));
    say(table([['Page', 'fastest ms', 'median ms', 'slowest ms'], ...rows]));
    const slow = pages.filter(({ ms }) => middle(ms) > LIMIT_MS);
    say(slow.length === 0 ? `Each within ${LIMIT_MS} ms.` : `${slow.length} pages are too slow.`);
    return slow.length === 0 ? 0 : 1;
  } finally {
    await services.stop();
  }
}
