import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, ensurePackages, type PythonNeed, withLock } from '../../support/python';

const run = promisify(execFile);

const PACKAGES = [
  'trytond==8.2.*',
  'trytond_account_invoice==8.2.*',
  'trytond_sale==8.2.*',
  'trytond_purchase==8.2.*',
  'proteus==8.2.*',
];
/** Tryton 8.2 runs from this one on. */
export const NEED: PythonNeed = { name: 'Tryton', from: [3, 9] };

export interface TrytonInstallation {
  /** Folder of the environment's programs. */
  readonly bin: string;
  /** SQLite database with a company in it; to be copied, never opened. */
  readonly template: string;
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
  const home = await cacheFolder('tryton-8.2');
  return withLock(join(home, 'lock'), async () => {
    const bin = await ensurePackages(python, home, PACKAGES);
    return { bin, template: await ensureTemplate(bin, home) };
  });
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
