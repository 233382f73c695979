import path from 'node:path';
import { ROOT, withLib } from './support';

interface Summary {
  text: string;
  failed: number;
}

function summarise(testResults: object[], notes = ''): Promise<Summary> {
  const report = JSON.stringify(JSON.stringify({ testResults }));
  return withLib<Summary>(
    'test-summary.mjs',
    `return lib.summarise(${report}, ${JSON.stringify(notes)});`,
  );
}

const file = (name: string, statuses: string[], rest: object = {}) => ({
  name: path.join(ROOT, name),
  status: 'passed',
  message: '',
  startTime: 0,
  endTime: 1_500,
  assertionResults: statuses.map((status, index) => ({ status, fullName: `${status} ${index}` })),
  ...rest,
});

const lastLine = (text: string) => text.split('\n').at(-1);

test('ends in one line that counts all tests, and names what failed or was skipped, and why', async () => {
  const { text, failed } = await summarise(
    [
      file('core/a.test.ts', ['passed', 'passed', 'todo']),
      file('test/integration/b.test.ts', ['passed', 'failed', 'pending']),
    ],
    'Tryton: no Python 3.9 or newer\nTryton: no Python 3.9 or newer\n',
  );
  expect(lastLine(text)).toBe('3 passed, 1 failed, 2 skipped');
  expect(failed).toBe(1);
  expect(text).toMatch(/core +2 +0 +1 +1\.5/);
  expect(text).toContain('test/integration/b.test.ts: failed 1');
  expect(text).toContain('test/integration/b.test.ts: pending 2');
  expect(text.match(/no Python 3\.9/g)).toHaveLength(1);
});

test('a file that could not be run counts as a failure, and so does a run without a report', async () => {
  const broken = file('core/a.test.ts', [], { status: 'failed', message: '\n  no such module\n' });
  const { text, failed } = await summarise([broken]);
  expect(lastLine(text)).toBe('0 passed, 1 failed, 0 skipped');
  expect(failed).toBe(1);
  expect(text).toContain('(the file could not be run) no such module');
  const none = await withLib<Summary>('test-summary.mjs', "return lib.summarise('', '');");
  expect(lastLine(none.text)).toBe('0 passed, 1 failed, 0 skipped');
});
