import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { Start } from '../scripts/installation';

/** Homes that the user who starts the product may not write to: one sentence, and nothing half made. */

jest.setTimeout(60_000);

/** `nobody` on Linux; where the tests do not run as root, the modes below bind them as they are. */
const STRANGER = 65_534;
const isRoot = process.platform !== 'win32' && userInfo().uid === 0;
const asStranger = isRoot
  ? ['setpriv', `--reuid=${STRANGER}`, `--regid=${STRANGER}`, '--clear-groups', '--']
  : [];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'syncline-closed-'));
  chmodSync(folder, 0o755);
});
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

async function refusal(home: string): Promise<string> {
  const command = [...asStranger, process.execPath, 'scripts/start.mjs'];
  const start = Start.run({ SYNCLINE_HOME: home }, command);
  expect(await start.exited).toBe(1);
  return start.output.trim();
}

(process.platform === 'linux' ? describe : describe.skip)(
  'npm start refuses, naming the folder',
  () => {
    test('a home that exists and may not be written', async () => {
      const home = path.join(folder, 'home');
      mkdirSync(home);
      writeFileSync(path.join(home, 'api-key'), 'kept');
      chmodSync(home, 0o555);
      expect(await refusal(home)).toBe(
        `✗ The home ${home} may not be written by this user: give it to the user who starts Syncline, or set SYNCLINE_HOME to a folder that may be.`,
      );
      expect(readdirSync(home)).toEqual(['api-key']);
    });

    test('a home that may not be made', async () => {
      chmodSync(folder, 0o555);
      expect(await refusal(path.join(folder, 'a', 'home'))).toMatch(
        /^✗ The home .*\/a\/home may not be written by this user: .* set SYNCLINE_HOME/,
      );
      expect(readdirSync(folder)).toEqual([]);
    });

    test('a home whose run folder belongs to somebody else', async () => {
      const home = path.join(folder, 'home');
      mkdirSync(path.join(home, 'run'), { recursive: true });
      chmodSync(path.join(home, 'run'), 0o555);
      chmodSync(home, 0o777);
      expect(await refusal(home)).toMatch(
        /^✗ The home .*\/home may not be written by this user \(.*\/home\/run\): /,
      );
      expect(readdirSync(home)).toEqual(['run']);
    });

    test('a home that is a file', async () => {
      const home = path.join(folder, 'home');
      writeFileSync(home, '');
      expect(await refusal(home)).toMatch(/^✗ The home .*\/home is not a folder: .* SYNCLINE_HOME/);
    });
  },
);
