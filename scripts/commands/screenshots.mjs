import { join } from 'node:path';
import { browserForTests } from '../lib/browser.mjs';
import { loadTypeScript } from '../lib/load-typescript.mjs';
import { ROOT } from '../lib/paths.mjs';
import { say } from '../lib/say.mjs';
import { setUp } from '../lib/set-up.mjs';

/** `npm run screenshots`: draws every page of an installation of its own into `screenshots/`. */
export async function main() {
  await setUp();
  Object.assign(process.env, await browserForTests());
  const { takeScreenshots } = loadTypeScript('test/e2e/screenshots.ts');
  await takeScreenshots(join(ROOT, 'screenshots'), say);
}
