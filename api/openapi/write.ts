import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { routes } from '../routes';
import { openApiDocument } from './document';

/** `npm run openapi` writes `docs/openapi.json`; with `--check` it only tells whether that file is up to date. */
function main(): number {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const file = path.resolve('docs', 'openapi.json');
  const text = `${JSON.stringify(openApiDocument(routes), null, 2)}\n`;
  if (!values.check) {
    writeFileSync(file, text);
    return 0;
  }
  if (read(file) === text) return 0;
  process.stderr.write(
    'docs/openapi.json is not what the routes declare: run `npm run openapi`.\n',
  );
  return 1;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

process.exitCode = main();
