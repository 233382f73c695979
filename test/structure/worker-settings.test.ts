import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The worker is started from many places, and what its memory and CPU were measured with holds for each of them. */

const ROOT = path.join(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const FLAGS = [
  '--max-semi-space-size=32',
  '--heap-growing-percent=150',
  '--no-allocation-site-pretenuring',
];

test.each([
  'package.json',
  'docker-compose.yml',
  'Dockerfile',
  'docs/deployment.md',
  'scripts/lib/parts.mjs',
  'bench/stage.ts',
])('%s gives the worker the flags that all others give it', (file) => {
  const given = read(file).match(
    /--(?:max-semi-space-size=\d+|heap-growing-percent=\d+|no-allocation-site-pretenuring)/g,
  );
  expect(given).toEqual(FLAGS);
});

test.each(['Dockerfile', 'docs/deployment.md', 'scripts/lib/parts.mjs', 'bench/stage.ts'])(
  '%s gives it one arena of memory',
  (file) => {
    expect(
      read(file)
        .match(/MALLOC_ARENA_MAX\W+\d+/g)
        ?.map((given) => given.at(-1)),
    ).toEqual(['1']);
  },
);
