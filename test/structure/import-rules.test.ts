import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');
const CONFIG = path.join(ROOT, '.dependency-cruiser.cjs');
const PROGRAM = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** A module's path, and what it imports: as a value, or after `type ` as a type only. */
type Tree = Readonly<Record<string, readonly string[]>>;

/** What each folder may do, so that the rules are seen to allow it. */
const LAWFUL: Tree = {
  'core/rule.ts': ['zod', 'croner', 'node:crypto'],
  'core/other.ts': ['./rule'],
  'core/rule.test.ts': ['./rule', '../test/support/clock', 'jest-like'],
  'infra/log.ts': ['node:fs', '../workflows/contract'],
  'prisma/generated/client.ts': ['@prisma/client'],
  'store/rows.ts': ['../core/rule', '../infra/log', '../prisma/generated/client', 'pg'],
  'connectors/contract.ts': ['../core/rule'],
  'connectors/engine/call.ts': ['../contract', '../../infra/log', 'node:http'],
  'connectors/one/connector.ts': ['../engine/call', '../contract', './streams'],
  'connectors/one/streams.ts': ['../engine/call'],
  'connectors/two/connector.ts': ['../engine/call', '../contract'],
  'connectors/registry.ts': ['./one/connector', './two/connector'],
  'activities/act.ts': ['../store/rows', '../connectors/contract', '@temporalio/activity'],
  'workflows/contract.ts': ['../core/rule'],
  'workflows/flow.ts': ['./contract', 'type ../activities/act', '@temporalio/workflow'],
  'api/main.ts': ['../store/rows', '../workflows/contract', '../connectors/registry', 'express'],
  'sandbox/main.ts': ['./kit', 'express', 'node:http'],
  'sandbox/kit.ts': [],
  'web/main.ts': ['./page'],
  'web/page.ts': [],
  'worker.ts': ['./activities/act', './connectors/registry', '@temporalio/worker'],
  'scripts/demo.ts': ['../infra/log', 'jest-like'],
  'test/support/clock.ts': ['../../prisma/generated/client', 'pg', '@temporalio/worker'],
};

/** Each rule's breaches: the module that is added, and the import in it that must be reported. */
const BREACHES: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  'core-knows-nothing-of-ours': [
    ['core/acts.ts', '../activities/act'],
    ['core/serves.ts', '../api/main'],
    ['core/fetches.ts', '../connectors/contract'],
    ['core/logs.ts', '../infra/log'],
    ['core/names-a-row.ts', 'type ../store/rows'],
    ['core/pretends.ts', '../sandbox/kit'],
    ['core/shows.ts', '../web/page'],
    ['core/flows.ts', '../workflows/contract'],
    ['core/works.ts', '../worker'],
  ],
  'core-is-pure': [
    ['core/reads-files.ts', 'node:fs'],
    ['core/reads-network.ts', 'node:http'],
    ['core/knows-temporal.ts', '@temporalio/workflow'],
    ['core/knows-types-of-temporal.ts', 'type @temporalio/workflow'],
  ],
  'workflows-decide-only': [
    ['workflows/stores.ts', '../store/rows'],
    ['workflows/fetches.ts', '../connectors/contract'],
    ['workflows/serves.ts', '../api/main'],
    ['workflows/logs.ts', '../infra/log'],
    ['workflows/shows.ts', '../web/page'],
    ['workflows/works.ts', '../worker'],
  ],
  'workflows-know-types-of-activities': [['workflows/acts.ts', '../activities/act']],
  'workflows-use-temporal-only': [
    ['workflows/hashes.ts', 'node:crypto'],
    ['workflows/parses.ts', 'zod'],
    ['workflows/calls.ts', '@temporalio/client'],
  ],
  'workflow-contract-knows-core-only': [['workflows/contract.ts', '@temporalio/workflow']],
  'workflow-code-is-private': [
    ['api/starts.ts', '../workflows/flow'],
    ['activities/starts.ts', '../workflows/flow'],
    ['connectors/starts.ts', 'type ../workflows/flow'],
  ],
  'store-knows-core-and-infra': [
    ['store/fetches.ts', '../connectors/contract'],
    ['store/acts.ts', '../activities/act'],
    ['store/serves.ts', '../api/main'],
    ['store/flows.ts', 'type ../workflows/contract'],
  ],
  'connectors-know-core-and-infra': [
    ['connectors/engine/stores.ts', 'type ../../store/rows'],
    ['connectors/one/acts.ts', '../../activities/act'],
    ['connectors/two/serves.ts', '../../api/main'],
    ['connectors/flows.ts', '../workflows/contract'],
  ],
  'store-and-connectors-know-no-temporal': [
    ['store/heartbeats.ts', '@temporalio/activity'],
    ['connectors/one/heartbeats.ts', '@temporalio/activity'],
    ['connectors/engine/fails.ts', 'type @temporalio/common'],
  ],
  'api-never-calls-activities': [
    ['api/acts.ts', '../activities/act'],
    ['api/names-activities.ts', 'type ../activities/act'],
    ['api/works.ts', '../worker'],
  ],
  'activities-know-no-api': [
    ['activities/serves.ts', '../api/main'],
    ['activities/works.ts', '../worker'],
  ],
  'infra-knows-the-contract-only': [
    ['infra/stores.ts', '../store/rows'],
    ['infra/fetches.ts', 'type ../connectors/contract'],
    ['infra/acts.ts', '../activities/act'],
  ],
  'sandbox-shares-nothing': [
    ['sandbox/maps.ts', '../core/rule'],
    ['sandbox/fetches.ts', '../connectors/engine/call'],
    ['sandbox/stores.ts', '../store/rows'],
    ['sandbox/logs.ts', '../infra/log'],
  ],
  'sandbox-is-a-program-apart': [
    ['api/pretends.ts', '../sandbox/kit'],
    ['connectors/two/pretends.ts', '../../sandbox/kit'],
  ],
  'web-knows-itself-only': [['web/serves.ts', '../api/main']],
  'platforms-do-not-know-each-other': [
    ['connectors/two/borrows.ts', '../one/streams'],
    ['connectors/one/registers.ts', 'type ../two/connector'],
  ],
  'engine-knows-no-platform': [
    ['connectors/engine/names.ts', '../two/connector'],
    ['connectors/contract.ts', './one/streams'],
  ],
  'database-only-through-store': [
    ['api/asks.ts', '../prisma/generated/client'],
    ['activities/asks.ts', 'pg'],
    ['worker.ts', '@prisma/client'],
  ],
  'no-test-code-in-the-product': [
    ['api/tests.ts', '../test/support/clock'],
    ['core/tests.ts', './rule.test'],
    ['scripts/tests.ts', '../test/support/clock'],
  ],
  'no-development-packages-in-the-product': [['store/asserts.ts', 'jest-like']],
  'no-unlisted-packages': [['api/guesses.ts', 'unlisted']],
  'nothing-unresolved': [['store/loses.ts', './nowhere']],
  'no-cycles': [['infra/turns-back.ts', './turns']],
  'no-orphans': [['infra/forgotten.ts', '']],
};

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

interface Report {
  readonly modules: readonly unknown[];
  readonly summary: { readonly violations: readonly Violation[] };
}

const PACKAGES = ['@temporalio/activity', '@temporalio/client', '@temporalio/common']
  .concat('@temporalio/worker', '@temporalio/workflow', '@prisma/client')
  .concat('croner', 'express', 'pg', 'zod');

const homes: string[] = [];

afterAll(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

/** What the rules say of a tree of modules, in a folder of its own. */
async function check(tree: Tree): Promise<Report> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'syncline-rules-'));
  homes.push(home);
  const write = (file: string, text: string): void => {
    mkdirSync(path.join(home, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(home, file), text);
  };
  const dependencies = Object.fromEntries(PACKAGES.map((name) => [name, '*']));
  write('package.json', JSON.stringify({ dependencies, devDependencies: { 'jest-like': '*' } }));
  for (const name of [...PACKAGES, 'jest-like', 'unlisted']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    write(`node_modules/${name}/index.js`, 'exports.value = 1;');
  }
  for (const [file, imports] of Object.entries(tree)) write(file, source(imports));
  const args = [PROGRAM, '--config', CONFIG, '--output-type', 'json'];
  const targets = new Set(Object.keys(tree).map((file) => file.split('/')[0] ?? file));
  return new Promise((resolve, reject) => {
    const options = { cwd: home, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [...args, ...targets], options, (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(stderr, { cause: error }));
      else resolve(JSON.parse(stdout) as Report);
    });
  });
}

function source(imports: readonly string[]): string {
  const lines = imports.map((each, index) => {
    const [, typeOnly, name] = /^(type )?(.*)$/.exec(each) ?? [];
    if (typeOnly === undefined) return `import { value as v${index} } from '${name}';`;
    return `import type { Value as V${index} } from '${name}';`;
  });
  const used = imports.map((each, index) =>
    each.startsWith('type ') ? `null as V${index} | null` : `v${index}`,
  );
  return [...lines, 'export type Value = number;', `export const value = [${used}];`].join('\n');
}

/** The lawful tree with every breach in it, each in a module of its own where one is not named. */
function brokenTree(): Tree {
  const tree: Record<string, readonly string[]> = { ...LAWFUL };
  for (const [from, to] of Object.values(BREACHES).flat()) {
    tree[from] = [...(tree[from] ?? []), ...(to === '' ? [] : [to])];
  }
  return { ...tree, 'infra/turns.ts': ['./turns-back'] };
}

function reported({ summary }: Report): string[] {
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

/** The violation a breach must give, as `reported` writes it. */
function expected(rule: string, from: string, to: string): string {
  const name = to.replace('type ', '');
  if (rule === 'no-orphans') return `${rule}: ${from} → ${from}`;
  if (rule === 'nothing-unresolved') return `${rule}: ${from} → ${name}`;
  if (name.startsWith('node:')) return `${rule}: ${from} → ${name.slice(5)}`;
  if (!name.startsWith('.')) return `${rule}: ${from} → node_modules/${name}/index.js`;
  return `${rule}: ${from} → ${path.join(path.dirname(from), name)}.ts`;
}

let lawful: Report;
let broken: Report;

beforeAll(async () => {
  [lawful, broken] = await Promise.all([check(LAWFUL), check(brokenTree())]);
}, 120_000);

test('what each folder may do breaks no rule', () => {
  expect(reported(lawful)).toEqual([]);
  expect(lawful.modules.length).toBeGreaterThanOrEqual(Object.keys(LAWFUL).length);
});

test('every rule has a breach here', () => {
  const { forbidden } = require(CONFIG) as { forbidden: { name: string; comment: string }[] };
  expect(Object.keys(BREACHES)).toEqual(forbidden.map(({ name }) => name));
  for (const { name, comment } of forbidden)
    expect([name, comment]).toEqual([name, expect.stringMatching(/.{30}/)]);
});

test.each(Object.entries(BREACHES))('%s is reported where it is broken', (rule, breaches) => {
  expect(reported(broken)).toEqual(
    expect.arrayContaining(breaches.map(([from, to]) => expected(rule, from, to))),
  );
});
