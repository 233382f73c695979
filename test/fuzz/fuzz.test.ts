import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Route } from '../../api/http/route';
import { routes } from '../../api/routes';
import { cacheFolder, ensurePackages, findPython, withLock } from '../support/python';
import { countCases, type CaseCounts } from './case-counts';
import { type Ground, layGround } from './ground';

/**
 * Requests made up from the OpenAPI document by Schemathesis, right ones and wrong ones: no answer is a 5xx, has a
 * status that is not documented, or breaks its schema. `npm run test:fuzz` sends thousands; here a few hundred.
 */

jest.setTimeout(3_600_000);

// Hypothesis too: another version of it makes other cases of the same seed.
const PACKAGES = ['schemathesis==4.32.5', 'hypothesis==6.170.17'];
const IS_LONG = process.env['FUZZ_LONG'] === '1';
const EXAMPLES = process.env['FUZZ_EXAMPLES'] ?? '8';
const SEED = process.env['FUZZ_SEED'] ?? '1';
/** The systematic phase alone makes thousands. */
const PHASES = IS_LONG ? 'examples,coverage,fuzzing,stateful' : 'fuzzing';
const LEAST_CASES = IS_LONG ? 5_000 : 300;
/** Of few cases an operation, some reach only its refusals. */
const MOST_UNTOUCHED = IS_LONG ? 0 : 8;
/**
 * Left out: our rules go past what a schema can say (two cursors at once, a name beside an id, a model that this
 * platform lacks), so a request that fits the schema may well be refused.
 */
const WITHOUT = 'positive_data_acceptance';

const python = findPython({ name: 'Schemathesis', from: [3, 10] });

(python === null ? describe.skip : describe)('requests made up from the OpenAPI document', () => {
  let ground: Ground;
  let counts: CaseCounts;
  let folder: string;

  beforeAll(async () => {
    ground = await layGround({ doomed: Number(EXAMPLES) });
    counts = countCases(ground.api.server);
    folder = await mkdtemp(join(tmpdir(), 'syncline-fuzz-'));
    await writeFile(join(folder, 'ground.json'), JSON.stringify(ground.ids));
  });
  afterAll(async () => {
    await ground?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it('are answered as the document says', async () => {
    const home = await cacheFolder('schemathesis-4.32.5');
    const bin = await withLock(join(home, 'lock'), () =>
      ensurePackages(python ?? '', home, PACKAGES),
    );
    const { code, output } = await schemathesis(bin, ground, folder);
    process.stdout.write(`${IS_LONG ? output : ''}seed ${SEED}: ${counts.table()}\n`);
    if (code !== 0) throw new Error(`Seed ${SEED}\n${output}`);
    expect(counts.cases()).toBeGreaterThanOrEqual(LEAST_CASES);
    const untouched = counts.untouched(routes.filter(isReachable));
    process.stdout.write(`never answered 2xx: ${untouched.join(', ') || 'none'}\n`);
    expect(untouched.length).toBeLessThanOrEqual(MOST_UNTOUCHED);
  });
});

/**
 * What a key can get a success from: not what takes an admin or a person with a password, not a stream without an end,
 * and not what a customer's browser does with a link, where a second call finds the link used (test/integration/api/connect).
 */
function isReachable({ needs, tag, path, mediaType }: Route): boolean {
  const isOfPerson = path.startsWith('/core/session') || tag === 'connect';
  return needs !== 'admin' && !isOfPerson && mediaType === undefined;
}

async function schemathesis(bin: string, { api, caller }: Ground, folder: string) {
  const child = spawn(
    join(bin, 'schemathesis'),
    [
      ...['--config-file', join(__dirname, 'schemathesis.toml')],
      'run',
      `${api.url}/openapi.json`,
      ...['--header', `api_key: ${caller.apiKey}`],
      ...['--phases', PHASES],
      ...['--max-examples', EXAMPLES],
      ...['--seed', SEED],
      ...['--checks', 'all', '--exclude-checks', WITHOUT],
      // Its answer has no end.
      ...['--exclude-path', '/core/events'],
      ...['--request-timeout', '30'],
      ...['--generation-database', 'none'],
      ...['--suppress-health-check', 'all'],
      '--continue-on-failure',
      '--no-color',
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        SCHEMATHESIS_HOOKS: join(__dirname, 'hooks.py'),
        FUZZ_GROUND: join(folder, 'ground.json'),
        // Nothing but the API is to be reached.
        NO_PROXY: '127.0.0.1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const parts: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => parts.push(part));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: Buffer.concat(parts).toString() };
}
