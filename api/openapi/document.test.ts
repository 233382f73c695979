import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ERROR_CODES, JOB_ERROR_CODES } from '../../core/errors';
import { routes } from '../routes';
import { openApiDocument } from './document';

const docsFolder = path.join(__dirname, '../../docs');

describe('the documents', () => {
  it('are what the routes declare (npm run openapi writes them)', () => {
    const committed: unknown = JSON.parse(
      readFileSync(path.join(docsFolder, 'openapi.json'), 'utf8'),
    );
    expect(committed).toEqual(JSON.parse(JSON.stringify(openApiDocument(routes))));
  });

  it('name each operation once', () => {
    const ids = routes.map((route) => route.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('explain every error code in a section of its own', () => {
    const sections = readFileSync(path.join(docsFolder, 'errors.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('### '))
      .map((line) => line.slice(4));
    expect(sections.sort()).toEqual([...Object.keys(ERROR_CODES), ...JOB_ERROR_CODES].sort());
  });
});
