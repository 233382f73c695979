import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../lib/paths.mjs';
import { PlainError } from '../lib/plain-error.mjs';
import { killRunning, run } from '../lib/run.mjs';
import { step } from '../lib/say.mjs';
import { setUp } from '../lib/set-up.mjs';
import { makeTemplateDatabase } from '../lib/template-database.mjs';
import { startTestServices } from '../lib/test-services.mjs';

/**
 * `npm run test:fuzz [-- --examples N --seed S]`: sends at least 5,000 requests that Schemathesis makes up from the
 * OpenAPI document to an API with data behind every route, and shows what it found. `examples` is the most fuzzed
 * requests of one operation; the same seed makes the same requests. The seed of a run is printed. Needs Python 3.10.
 */
export async function main() {
  const { values } = parseArgs({
    options: { examples: { type: 'string', default: '40' }, seed: { type: 'string' } },
  });
  const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 32));
  for (const [name, text] of [
    ['examples', values.examples],
    ['seed', seed],
  ]) {
    if (!/^[1-9]\d{0,9}$/.test(text)) throw new PlainError(`--${name} must be a whole number.`);
  }
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
    return await Promise.race([fuzz({ ...values, seed }, services), interrupted.then(() => 130)]);
  } finally {
    await services.stop();
  }
}

async function fuzz({ examples, seed }, { env }) {
  const { code } = await run(
    process.execPath,
    [join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), 'test/fuzz/fuzz.test.ts'],
    {
      cwd: ROOT,
      env: { ...process.env, ...env, FUZZ_LONG: '1', FUZZ_EXAMPLES: examples, FUZZ_SEED: seed },
      stdio: 'inherit',
    },
  );
  return code;
}
