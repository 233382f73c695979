import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sourceDirs } from '../lib/build.mjs';
import { ROOT } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';
import { say, table } from '../lib/say.mjs';
import { setUp } from '../lib/set-up.mjs';

const SHOWN_LINES = 60;
/** Types and lint take the longest and use a core each. */
const LANES = 2;

const has = (...names) => names.some((name) => existsSync(join(ROOT, name)));
const bin = (...path) => [process.execPath, join(ROOT, 'node_modules', ...path)];

/**
 * Each check: a command, and `absent()` which gives the reason to leave it out where its
 * configuration, or the program it asks for, is not there.
 */
const CHECKS = [
  {
    name: 'types',
    command: () => [...bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'tsconfig.json'],
  },
  {
    name: 'web types',
    command: () => [...bin('typescript', 'bin', 'tsc'), '-p', 'web/tsconfig.json'],
  },
  {
    name: 'lint',
    absent: () =>
      !has('eslint.config.mjs', 'eslint.config.js', 'eslint.config.cjs') && 'no eslint.config file',
    command: () => [...bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.'],
  },
  {
    name: 'format',
    absent: () => !has('biome.json') && 'no biome.json',
    command: () => [...bin('@biomejs', 'biome', 'bin', 'biome'), 'format', '.'],
  },
  {
    name: 'import rules',
    absent: () => !importRules() && 'no .dependency-cruiser file',
    command: () => [
      ...bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
      '--config',
      importRules(),
      ...sourceDirs(),
      'web',
      'scripts',
      'test',
      ...(has('worker.ts') ? ['worker.ts'] : []),
    ],
  },
  {
    name: 'workflow bundle',
    absent: () => !has('workflows/index.ts') && 'no workflows/index.ts',
    command: () => [process.execPath, join(ROOT, 'scripts', 'bundle-workflows.mjs')],
  },
  {
    name: 'unused code',
    absent: () => !has('knip.json', 'knip.jsonc', 'knip.ts', 'knip.config.ts') && 'no knip file',
    command: () => [...bin('knip', 'bin', 'knip.js')],
  },
  {
    name: 'OpenAPI drift',
    absent: () => !has('docs/openapi.json') && 'no docs/openapi.json',
    command: () => [process.execPath, join(ROOT, 'dist', 'api', 'openapi', 'write.js'), '--check'],
  },
  {
    name: 'compose file',
    absent: async () =>
      (!has('docker-compose.yml') && 'no docker-compose.yml') || (await noCompose()),
    command: () => [
      'docker',
      'compose',
      // The file refuses to go without its secrets; here any will do.
      '--env-file',
      '.env.example',
      '-f',
      'docker-compose.yml',
      '--profile',
      '*',
      'config',
      '--quiet',
    ],
  },
];

function importRules() {
  return [
    '.dependency-cruiser.cjs',
    '.dependency-cruiser.mjs',
    '.dependency-cruiser.js',
    '.dependency-cruiser.json',
  ].find((name) => has(name));
}

async function noCompose() {
  const answer = await run('docker', ['compose', 'version'], { timeoutMs: 10_000 }).catch(
    () => null,
  );
  return answer?.code === 0 ? false : 'no docker compose client here';
}

/** `npm run check`: all checks, each to its end whatever the others say. Code 1 if any failed. */
export async function main() {
  const rows = [await timed('build', build)];
  rows.push(...(await inLanes(CHECKS, (check) => timed(check.name, () => runCheck(check)))));
  say(`\n${table([['Check', 'Result', 'seconds'], ...rows.map(({ cells }) => cells)])}\n`);
  const failed = rows.filter(({ ok }) => !ok);
  say(
    failed.length === 0
      ? 'All checks passed.'
      : `${failed.length} of ${rows.length} checks failed.`,
  );
  return failed.length === 0 ? 0 : 1;
}

/** As `Promise.all` over `act`, but only so many at a time as there are lanes; none may reject. */
async function inLanes(items, act) {
  const results = [];
  const waiting = items.entries();
  const lane = async () => {
    for (const [index, item] of waiting) results[index] = await act(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

async function timed(name, act) {
  const from = Date.now();
  const { ok, words, output } = await act();
  const seconds = ((Date.now() - from) / 1000).toFixed(1);
  say(`${ok ? '✓' : '✗'} ${name}: ${words}`);
  if (output) say(indent(output));
  return { ok, cells: [name, words, seconds] };
}

async function build() {
  try {
    await setUp();
    return { ok: true, words: 'passed' };
  } catch (error) {
    return { ok: false, words: 'FAILED', output: error.message };
  }
}

async function runCheck({ command, absent }) {
  const reason = await absent?.();
  if (reason) return { ok: true, words: `left out (${reason})` };
  const [program, ...args] = command();
  const { code, stdout, stderr } = await run(program, args, { cwd: ROOT }).catch((error) => ({
    code: 1,
    stdout: '',
    stderr: error.message,
  }));
  if (code === 0) return { ok: true, words: 'passed' };
  return { ok: false, words: 'FAILED', output: `${stdout}\n${stderr}`.trim() };
}

function indent(output) {
  const lines = output.split('\n');
  const rest = lines.length - SHOWN_LINES;
  const shown = lines.slice(0, SHOWN_LINES).map((line) => `    ${line}`);
  return [...shown, ...(rest > 0 ? [`    … and ${rest} lines more`] : [])].join('\n');
}
