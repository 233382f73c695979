import { parseArgs } from 'node:util';
import { loadTypeScript } from '../lib/load-typescript.mjs';
import { PlainError } from '../lib/plain-error.mjs';
import { killRunning } from '../lib/run.mjs';
import { say, step, tell } from '../lib/say.mjs';
import { setUp } from '../lib/set-up.mjs';
import { makeTemplateDatabase } from '../lib/template-database.mjs';
import { startTestServices } from '../lib/test-services.mjs';

/**
 * `npm run test:soak -- --minutes N --seed S [--round R]`: the long form of test/soak, on a PostgreSQL
 * and a Temporal server of its own. Answers 1 when a promise was broken. Ctrl-C ends the round that is
 * under way, and what was counted so far is shown.
 */
export async function main() {
  const options = readOptions();
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => interrupted.abort());
  }
  interrupted.signal.addEventListener('abort', killRunning);
  await setUp();
  const services = await startTestServices();
  try {
    await step('Migrating the template database', () =>
      makeTemplateDatabase(services.env.TEST_DATABASE_URL),
    );
    Object.assign(process.env, services.env);
    say(`Soaking for ${options.minutes} minutes with seed ${options.seed}`);
    const { soak } = loadTypeScript('test/soak/long.ts');
    const { violations } = await soak({ ...options, say: tell, signal: interrupted.signal });
    return violations > 0 ? 1 : 0;
  } finally {
    await services.stop();
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      round: { type: 'string' },
    },
  });
  const number = (name) => {
    const value = Number(values[name]);
    if (!(value >= 0)) throw new PlainError(`--${name} must be a number, such as --${name} 10`);
    return value;
  };
  return {
    minutes: number('minutes'),
    seed: number('seed'),
    round: values.round === undefined ? null : number('round'),
  };
}
