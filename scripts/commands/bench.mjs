import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadTypeScript } from '../lib/load-typescript.mjs';
import { PlainError } from '../lib/plain-error.mjs';
import { say, sayOnStandardError, step, table, tell } from '../lib/say.mjs';
import { setUp } from '../lib/set-up.mjs';
import { makeTemplateDatabase } from '../lib/template-database.mjs';
import { startTestServices } from '../lib/test-services.mjs';

const BENCHES = ['ingest', 'ticks', 'reads', 'fleet', 'guard'];

/**
 * `npm run bench -- NAME [--json] [--small] [--profile DIR]`: measures, on a PostgreSQL and a Temporal server of its
 * own, and prints a table; with `--json` one object alone on standard output.
 */
export async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      small: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  const [name] = positionals;
  if (!BENCHES.includes(name) || positionals.length > 1) {
    throw new PlainError(`Name one benchmark, such as npm run bench -- ${BENCHES.join(' | ')}`);
  }
  if (values.json) sayOnStandardError();
  await setUp();
  const services = await startTestServices({ asStarted: true });
  try {
    await step('Migrating the template database', () =>
      makeTemplateDatabase(services.env.TEST_DATABASE_URL),
    );
    Object.assign(process.env, services.env);
    const { bench } = loadTypeScript(`bench/${name}.ts`);
    const {
      figures,
      tables,
      failed = false,
    } = await bench({
      temporalAddress: services.env.TEST_TEMPORAL_ADDRESS,
      home: services.home,
      pids: services.pids,
      profileDir: values.profile === undefined ? null : resolve(values.profile),
      small: values.small,
      say: tell,
    });
    for (const rows of tables) say(`\n${table(rows)}`);
    if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    return failed ? 1 : 0;
  } finally {
    await services.stop();
  }
}
