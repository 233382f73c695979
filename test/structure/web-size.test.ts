import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

/** What a browser must load before a page can be seen, compressed as it is sent. */

const BUILT = path.join(__dirname, '../../dist/web');
const FIRST_LOAD_KB = 250;
/** An end customer may be on a phone, and comes once. */
const CONNECT_KB = 200;
/** A page's own part, loaded when it is first gone to. */
const PAGE_KB = 130;

const manifestSchema = z.record(
  z.string(),
  z.object({
    file: z.string(),
    css: z.array(z.string()).optional(),
    imports: z.array(z.string()).optional(),
    dynamicImports: z.array(z.string()).optional(),
  }),
);

function manifest() {
  const file = path.join(BUILT, '.vite', 'manifest.json');
  if (!existsSync(file)) throw new Error('The pages are not built: npm run build');
  return manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Files of an entry and of everything it imports before it runs. */
function filesOf(entry: string, chunks = manifest(), seen = new Set<string>()): Set<string> {
  const chunk = chunks[entry];
  if (chunk === undefined) throw new Error(`No ${entry} in the manifest`);
  if (seen.has(chunk.file)) return seen;
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
  for (const each of chunk.imports ?? []) filesOf(each, chunks, seen);
  return seen;
}

const kB = (files: Iterable<string>) =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(path.join(BUILT, file))).length, 0) /
  1_000;

test('the dashboard’s first load keeps its budget, its first page included', () => {
  const first = filesOf('index.html');
  filesOf('features/companies/companies-page.tsx', manifest(), first);
  process.stderr.write(`web: first load ${kB(first).toFixed(1)} kB of ${FIRST_LOAD_KB} kB\n`);
  expect(kB(first)).toBeLessThan(FIRST_LOAD_KB);
});

test('the connect page keeps its budget', () => {
  const files = filesOf('connect.html');
  process.stderr.write(`web: connect page ${kB(files).toFixed(1)} kB of ${CONNECT_KB} kB\n`);
  expect(kB(files)).toBeLessThan(CONNECT_KB);
});

test('each page’s own part is small, and is not part of the first load', () => {
  const chunks = manifest();
  const first = filesOf('index.html');
  const pages = chunks['index.html']?.dynamicImports ?? [];
  expect(pages.length).toBeGreaterThan(8);
  const own = pages.map((page) => ({
    page,
    kB: kB([...filesOf(page)].filter((file) => !first.has(file))),
  }));
  expect(own.filter((each) => each.kB > PAGE_KB)).toEqual([]);
});
