/**
 * The two servers that tests need, and a browser, for people who run single tests by hand:
 *
 *     node scripts/services.mjs --write-env /tmp/syncline-services.env
 *
 * starts one PostgreSQL (in a temporary folder, without fsync) and one Temporal development server
 * (in memory) on free ports, writes `TEST_DATABASE_URL=…`, `TEST_TEMPORAL_ADDRESS=…` and `TEST_BROWSER=…` to the file,
 * and stays until Ctrl-C, SIGTERM or the end of its parent's terminal. Then, in another terminal:
 *
 *     set -a; . /tmp/syncline-services.env; set +a; npx jest store/some.test.ts
 *
 * `TEST_DATABASE_URL` is an administrator's: tests make their own databases, best as copies of the
 * migrated template `syncline_template` (made anew at every start; `--no-template` leaves it out).
 * `--env-file` means the same, but Node reads that flag too and wants the file to exist already.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { browserForTests } from '../lib/browser.mjs';
import { makeTemplateDatabase } from '../lib/template-database.mjs';
import { startTestServices } from '../lib/test-services.mjs';
import { PlainError } from '../lib/plain-error.mjs';
import { ensureInstalled } from '../lib/install.mjs';
import { say, step } from '../lib/say.mjs';

export async function main() {
  const { values } = parseArgs({
    options: {
      'write-env': { type: 'string' },
      'env-file': { type: 'string' },
      'no-template': { type: 'boolean', default: false },
    },
  });
  const file = values['write-env'] ?? values['env-file'];
  if (!file)
    throw new PlainError(
      'Say where to write the addresses: node scripts/services.mjs --write-env FILE',
    );
  await ensureInstalled();
  const services = await startTestServices();
  if (!values['no-template']) await tryTemplate(services.env.TEST_DATABASE_URL);
  const ended = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(signal));
  });
  const text = Object.entries({ ...services.env, ...(await browserForTests()) })
    .map(([key, value]) => `${key}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  say(`Ready: addresses are in ${file}. Ctrl-C stops both servers.`);
  const keepAlive = setInterval(() => undefined, 60_000);
  await ended;
  clearInterval(keepAlive);
  // Another run may have written its own addresses there since.
  if (existsSync(file) && readFileSync(file, 'utf8') === text) rmSync(file);
  await services.stop();
}

/** A developer at work on a migration needs the servers even while the migrations do not apply. */
async function tryTemplate(url) {
  try {
    await step('Migrating the template database', () => makeTemplateDatabase(url));
  } catch (error) {
    say(`  There is no template database: ${error.message}`);
  }
}
