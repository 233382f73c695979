import { execFile, spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Python programs that some tests drive, installed once into the user's cache and used by every later run. */

const run = promisify(execFile);

/** Who needs it, as the summary names it ("Tryton"), and from which version on. */
export interface PythonNeed {
  readonly name: string;
  readonly from: readonly [major: number, minor: number];
}

const CANDIDATES = [
  'python3',
  'python3.14',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python3.9',
];

/** A Python that can make environments; null where there is none, said aloud and in the summary of `npm test`. */
export function findPython(need: PythonNeed): string | null {
  const [major, minor] = need.from;
  const check = `import sys, venv, ensurepip; sys.exit(sys.version_info < (${major}, ${minor}))`;
  const found = CANDIDATES.find((name) => spawnSync(name, ['-c', check]).status === 0);
  if (found !== undefined) return found;
  const why = `${need.name}: left out, for it needs Python ${major}.${minor} or newer with venv, and none was found`;
  process.stdout.write(`${why}\n`);
  const notes = process.env['TEST_SKIP_NOTES'];
  if (notes !== undefined) appendFileSync(notes, `${why}\n`);
  return null;
}

/** A folder of the user's cache for `name`. */
export async function cacheFolder(name: string): Promise<string> {
  const folder = join(userCache(), 'syncline', name);
  await mkdir(folder, { recursive: true });
  return folder;
}

function userCache(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Caches');
  if (platform() === 'win32') return LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  return XDG_CACHE_HOME || join(homedir(), '.cache');
}

/** Two test runs at once must not install over each other. A lock older than a quarter of an hour was left by a killed one. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const taken = await mkdir(path).then(
      () => true,
      () => false,
    );
    if (taken) break;
    const since = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (since > 900_000) await rm(path, { recursive: true, force: true });
    await new Promise((done) => setTimeout(done, 500));
  }
  try {
    return await work();
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/** An environment in `home` with exactly these packages; answers the folder of its programs. Call it under a lock. */
export async function ensurePackages(
  python: string,
  home: string,
  packages: readonly string[],
): Promise<string> {
  const venv = join(home, 'venv');
  const bin = join(venv, platform() === 'win32' ? 'Scripts' : 'bin');
  const marker = join(venv, 'installed.txt');
  const wanted = packages.join('\n');
  const installed = await readFile(marker, 'utf8').catch(() => '');
  if (installed === wanted) return bin;
  process.stdout.write(`installing ${packages[0]} into the cache (once, under a minute)\n`);
  // An environment holds absolute paths, so it is made in place; the marker says that it is whole.
  await rm(venv, { recursive: true, force: true });
  await run(python, ['-m', 'venv', venv]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
  await run(join(bin, 'python'), pip, { timeout: 600_000 });
  await writeFile(marker, wanted);
  return bin;
}
