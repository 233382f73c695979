import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PACKAGES = [
  'trytond==8.2.*',
  'trytond_account_invoice==8.2.*',
  'trytond_sale==8.2.*',
  'trytond_purchase==8.2.*',
  'proteus==8.2.*',
];
const CANDIDATES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.9'];

export interface TrytonInstallation {
  /** Folder of the environment's programs. */
  readonly bin: string;
  /** SQLite database with a company in it; to be copied, never opened. */
  readonly template: string;
}

/** A Python from 3.9 on that can make environments; null where there is none. */
export function findPython(): string | null {
  const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))';
  const found = CANDIDATES.find((name) => spawnSync(name, ['-c', check]).status === 0);
  if (found === undefined) sayLeftOut();
  return found ?? null;
}

/** Aloud, and in the summary of `npm test`. */
function sayLeftOut(): void {
  const why = 'Tryton: left out, for it needs Python 3.9 or newer with venv, and none was found';
  say(why);
  const notes = process.env['TEST_SKIP_NOTES'];
  if (notes !== undefined) appendFileSync(notes, `${why}\n`);
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Caches');
  if (platform() === 'win32') return LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  return XDG_CACHE_HOME || join(homedir(), '.cache');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Tryton, installed once into the user's cache and used by every later run: its packages, and a database that takes a
 * minute to make. What is half made is made again: each step ends with a rename.
 */
export async function ensureTryton(python: string): Promise<TrytonInstallation> {
  const home = join(cacheFolder(), 'syncline', 'tryton-8.2');
  await mkdir(home, { recursive: true });
  return withLock(join(home, 'lock'), async () => {
    const bin = await ensurePackages(python, home);
    return { bin, template: await ensureTemplate(bin, home) };
  });
}

/** Two test runs at once must not install over each other. A lock older than a quarter of an hour was left by a killed one. */
async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
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

async function ensurePackages(python: string, home: string): Promise<string> {
  const venv = join(home, 'venv');
  const bin = join(venv, platform() === 'win32' ? 'Scripts' : 'bin');
  const marker = join(venv, 'installed.txt');
  const wanted = PACKAGES.join('\n');
  const installed = await readFile(marker, 'utf8').catch(() => '');
  if (installed === wanted) return bin;
  say('installing Tryton 8.2 into the cache (once, under a minute)');
  // An environment holds absolute paths, so it is made in place; the marker says that it is whole.
  await rm(venv, { recursive: true, force: true });
  await run(python, ['-m', 'venv', venv]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES];
  await run(join(bin, 'python'), pip, { timeout: 600_000 });
  await writeFile(marker, wanted);
  return bin;
}

async function ensureTemplate(bin: string, home: string): Promise<string> {
  const script = join(__dirname, 'make_template.py');
  const source = await readFile(script);
  // The fiscal year of the template lies around the day it was made.
  const key = createHash('sha256')
    .update(source)
    .update(PACKAGES.join())
    .update(String(new Date().getFullYear()))
    .digest('hex')
    .slice(0, 12);
  const template = join(home, `template-${key}.sqlite`);
  if (await exists(template)) return template;
  say('making a Tryton database with a company in it (once, one to two minutes)');
  const work = join(home, `making-${process.pid}`);
  await rm(work, { recursive: true, force: true });
  await mkdir(work);
  try {
    const configuration = join(work, 'trytond.conf');
    const passwordFile = join(work, 'password');
    await writeFile(configuration, `[database]\nuri = sqlite://\npath = ${work}\n`);
    await writeFile(passwordFile, 'syncline-first-password');
    const database = join(work, 'making.sqlite');
    await writeFile(database, '');
    const env = { ...process.env, TRYTONPASSFILE: passwordFile };
    const admin = ['-c', configuration, '-d', 'making', '--all', '--email', 'admin@example.com'];
    await run(join(bin, 'trytond-admin'), admin, { env, timeout: 600_000 });
    await run(join(bin, 'python'), [script, configuration, work, 'making'], {
      env,
      timeout: 900_000,
    });
    await copyFile(database, `${template}.new`);
    await rename(`${template}.new`, template);
    return template;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export function say(text: string): void {
  process.stdout.write(`tryton: ${text}\n`);
}
