import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { browserForTests } from '../lib/browser.mjs';
import { ROOT } from '../lib/paths.mjs';
import { killRunning, run } from '../lib/run.mjs';
import { say, step } from '../lib/say.mjs';
import { setUp } from '../lib/set-up.mjs';
import { makeTemplateDatabase } from '../lib/template-database.mjs';
import { startTestServices } from '../lib/test-services.mjs';
import { summarise } from '../lib/test-summary.mjs';

/** Two cores: a file for each, while the servers idle between the tests' calls. */
const WORKERS = '--maxWorkers=2';

/**
 * `npm test [-- jest's arguments]`: installs, builds, starts one PostgreSQL and one Temporal server
 * on free ports, runs Jest and tears down. Answers Jest's exit code. Tests find their servers in
 * TEST_DATABASE_URL and TEST_TEMPORAL_ADDRESS, and the browser in TEST_BROWSER; one that leaves itself out writes a line why to the
 * file TEST_SKIP_NOTES, which is shown at the end.
 */
export async function main(args = process.argv.slice(2)) {
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(signal));
  });
  interrupted.then(killRunning);
  await setUp();
  const services = await startTestServices();
  try {
    await step('Migrating the template database', () =>
      makeTemplateDatabase(services.env.TEST_DATABASE_URL),
    );
    const env = { ...services.env, ...(await browserForTests()) };
    return await Promise.race([
      runJest(args, { env, home: services.home }),
      interrupted.then(() => 130),
    ]);
  } finally {
    await services.stop();
  }
}

async function runJest(args, { env, home }) {
  const report = join(home, 'jest.json');
  const notes = join(home, 'skips.txt');
  const isCrowdSet = args.some((arg) => /^(-i|--runInBand|-w|--maxWorkers|--watch)/.test(arg));
  const { code } = await run(
    process.execPath,
    [
      join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...(isCrowdSet ? [] : [WORKERS]),
      '--json',
      `--outputFile=${report}`,
      ...args,
    ],
    {
      cwd: ROOT,
      env: { ...process.env, ...env, TEST_SKIP_NOTES: notes },
      // Its report goes to the file; what people read goes to stderr.
      stdio: ['inherit', 'ignore', 'inherit'],
    },
  );
  const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const summary = summarise(read(report), read(notes));
  say(summary.text);
  return code === 0 && summary.failed > 0 ? 1 : code;
}
