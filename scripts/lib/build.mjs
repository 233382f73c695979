/** Everything between the source and what runs: each step only when what it reads has changed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './paths.mjs';
import { PlainError } from './plain-error.mjs';
import { run } from './run.mjs';
import { step } from './say.mjs';

const DIST = join(ROOT, 'dist');
/** Made by Vite, which empties it itself. */
const WEB = join(DIST, 'web');
const STAMPS = join(DIST, '.syncline-build.json');
const COMMON_INPUTS = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
/** Top-level folders that tsconfig.build.json leaves out, or that are made from the others. */
const NOT_COMPILED = new Set([
  'bench',
  'node_modules',
  'dist',
  'coverage',
  'docs',
  'prisma',
  'scripts',
  'test',
  'web',
]);

/** The top-level folders that are compiled. */
export function sourceDirs() {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() && !entry.name.startsWith('.') && !NOT_COMPILED.has(entry.name),
    )
    .map(({ name }) => name);
}

const STEPS = [
  {
    name: 'prisma',
    title: 'Generating the database client',
    inputs: ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json'],
    outputs: ['prisma/generated/client.ts'],
    act: generateClient,
  },
  {
    name: 'compile',
    title: 'Compiling',
    inputs: [...sourceDirs(), 'worker.ts', 'prisma/schema.prisma', ...COMMON_INPUTS],
    outputs: ['dist/store/migrate/main.js'],
    act: compile,
  },
  {
    name: 'bundle',
    title: 'Bundling the workflows',
    inputs: ['workflows', 'core', 'package-lock.json'],
    outputs: ['dist/workflow-bundle.js'],
    isWanted: () => existsSync(join(ROOT, 'workflows', 'index.ts')),
    act: bundle,
  },
  {
    name: 'web',
    title: 'Building the dashboard',
    inputs: ['web', 'docs/openapi.json', 'package-lock.json'],
    outputs: ['dist/web/index.html', 'web/generated/api.d.ts'],
    act: buildWeb,
  },
];

/** Builds what is out of date: the database client first, then the rest side by side. */
export async function ensureBuilt() {
  const [client, ...others] = STEPS;
  await buildStep(client);
  const results = await Promise.allSettled(others.map(buildStep));
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

async function buildStep({ name, title, inputs, outputs, isWanted, act }) {
  if (isWanted && !isWanted()) return;
  const hash = hashOf(inputs);
  const isThere = outputs.every((output) => existsSync(join(ROOT, output)));
  if (isThere && readStamps()[name] === hash) return;
  await step(title, act);
  writeStamp(name, hash);
}

function readStamps() {
  try {
    return JSON.parse(readFileSync(STAMPS, 'utf8'));
  } catch {
    return {};
  }
}

function writeStamp(name, hash) {
  mkdirSync(DIST, { recursive: true });
  writeFileSync(STAMPS, JSON.stringify({ ...readStamps(), [name]: hash }, null, 2));
}

/** A digest of the contents and names of files; folders count with all that is below them. */
function hashOf(inputs) {
  const hash = createHash('sha256').update(process.versions.node);
  for (const file of inputs.flatMap(filesBelow)) {
    hash.update(`\0${relative(ROOT, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesBelow(input) {
  const path = join(ROOT, input);
  if (!existsSync(path)) return [];
  const entries = readdirSafe(path);
  if (entries === null) return [path];
  return entries
    .filter(({ name }) => !name.endsWith('.test.ts') && name !== 'generated')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => filesBelow(join(input, name)));
}

function readdirSafe(path) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return null;
    throw error;
  }
}

function tool(...path) {
  return join(ROOT, 'node_modules', ...path);
}

/**
 * The generator itself needs no engine, but looks for one and would download it; any program that
 * can be executed satisfies it.
 */
async function generateClient() {
  const env = {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    ...process.env,
  };
  await runTool([tool('prisma', 'build', 'index.js'), 'generate'], { env });
}

async function compile() {
  await runTool([
    tool('typescript', 'bin', 'tsc'),
    '-p',
    'tsconfig.build.json',
    '--pretty',
    'false',
  ]);
  removeOrphans(DIST);
}

/** A compiled file whose source is gone would still be found by an import. */
function removeOrphans(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (path === WEB) continue;
    if (entry.isDirectory()) removeOrphans(path);
    else if (entry.name.endsWith('.js') && entry.name !== 'workflow-bundle.js') {
      const source = join(ROOT, relative(DIST, path)).replace(/\.js$/, '.ts');
      if (!existsSync(source))
        for (const file of [path, `${path}.map`]) rmSync(file, { force: true });
    }
  }
}

async function bundle() {
  await runTool([join(ROOT, 'scripts', 'bundle-workflows.mjs'), join(DIST, 'workflow-bundle.js')]);
}

/** The client's types come from the API's own document; then Vite builds against them. */
async function buildWeb() {
  const types = join('web', 'generated', 'api.d.ts');
  await runTool([tool('openapi-typescript', 'bin', 'cli.js'), 'docs/openapi.json', '-o', types]);
  await runTool([tool('vite', 'bin', 'vite.js'), 'build', '--config', 'web/vite.config.mts']);
}

async function runTool(args, options = {}) {
  const { code, stdout, stderr } = await run(process.execPath, args, { cwd: ROOT, ...options });
  if (code === 0) return;
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.slice(0, 12).join('\n  ');
  const rest = lines.length > 12 ? `\n  … and ${lines.length - 12} lines more` : '';
  throw new PlainError(`The build failed:\n  ${shown}${rest}`);
}
