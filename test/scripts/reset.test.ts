import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inTempDir, run, withLib } from './support';

const reset = (home: string, ...args: string[]) =>
  run(process.execPath, ['scripts/reset.mjs', ...args], { SYNCLINE_HOME: home });

async function withHome(use: (home: string) => Promise<void>): Promise<void> {
  await inTempDir(async (dir) => {
    const home = path.join(dir, 'home');
    mkdirSync(path.join(home, 'run'), { recursive: true });
    writeFileSync(path.join(home, 'api-key'), 'key');
    await use(home);
  });
}

/** The test's own process plays the one that runs. */
const ourselves = () =>
  withLib<object>('identity.mjs', `return lib.inspectProcess(${process.pid});`);

test('empties the home when told yes', () =>
  withHome(async (home) => {
    const { code, stdout } = await reset(home, '--yes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/is empty/);
    expect(existsSync(home)).toBe(false);
    expect((await reset(home, '--yes')).code).toBe(0);
  }));

test('deletes nothing where it cannot ask', () =>
  withHome(async (home) => {
    const { code, stderr } = await reset(home);
    expect(code).toBe(1);
    expect(stderr).toMatch(/asks first: run it in a terminal, or add -- --yes/);
    expect(readFileSync(path.join(home, 'api-key'), 'utf8')).toBe('key');
  }));

test.each([
  ['a supervisor', 'supervisor.lock', /Syncline runs on .* \(process \d+\): stop it first/],
  ['a part that was left', 'worker.json', /left parts running on .*: worker \(process \d+\)/],
])('refuses while %s runs on the home', (_, file, sentence) =>
  withHome(async (home) => {
    writeFileSync(path.join(home, 'run', file), JSON.stringify(await ourselves()));
    const { code, stderr } = await reset(home, '--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(existsSync(path.join(home, 'api-key'))).toBe(true);
  }),
);
