import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { environment } from '../../infra/environment';

/** The documents name files, headings and settings; what they name must be there. */

const ROOT = path.join(__dirname, '../..');
const DOCUMENTS = [
  ...markdownIn('.'),
  ...markdownIn('docs'),
  ...markdownIn(path.join('docs', 'adr')),
];

test.each(DOCUMENTS)('%s links to files and headings that are there', (document) => {
  expect(brokenLinks(document)).toEqual([]);
});

test('a link to nothing is found', () => {
  expect(brokenLinks('README.md', '[a](docs/none.md) [b](docs/concepts.md#none)')).toEqual([
    'docs/none.md',
    'docs/concepts.md#none',
  ]);
});

test('operations.md tells of every setting that is read', () => {
  const settings = Object.keys(environment.shape).filter((name) => name !== 'NODE_ENV');
  const table = read(path.join('docs', 'operations.md'));
  expect(settings.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
});

test('the decisions are numbered without gaps', () => {
  const numbers = markdownIn(path.join('docs', 'adr')).map((file) =>
    Number(path.basename(file).slice(0, 4)),
  );
  expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
});

function markdownIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join(folder, file));
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

function brokenLinks(document: string, text = read(document)): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => !/^https?:/.test(target) && !leadsSomewhere(document, target));
}

function leadsSomewhere(document: string, target: string): boolean {
  const [file = '', heading] = target.split('#');
  const named = file === '' ? document : path.join(path.dirname(document), file);
  if (!existsSync(path.join(ROOT, named))) return false;
  return heading === undefined || headingsOf(named).includes(heading);
}

/** As GitHub makes them: lower case, punctuation dropped, spaces to hyphens. */
function headingsOf(document: string): string[] {
  return [...read(document).matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
