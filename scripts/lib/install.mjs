import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { PlainError } from './plain-error.mjs';
import { run } from './run.mjs';
import { step } from './say.mjs';

const STAMP = join(ROOT, 'node_modules', '.syncline-install');

/** What decides which packages belong there: the lock file, and the system they were chosen for. */
function wantedStamp() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  const system = `${process.platform}-${process.arch}-${process.versions.modules}`;
  return createHash('sha256').update(lock).update(system).digest('hex');
}

function isInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wantedStamp();
}

/** Installs the dependencies if they are missing or the lock file has changed since. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  if (agreesWithLock()) {
    writeFileSync(STAMP, wantedStamp());
    return;
  }
  await step('Installing dependencies (npm ci)', async () => {
    // The build needs compilers that are development dependencies, whatever NODE_ENV says.
    const { NODE_ENV: _, ...rest } = process.env;
    // Prisma's install script would look for an engine to download, which nothing here uses.
    const env = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, ...rest };
    const [command, first] = npmCommand();
    const result = await run(
      command,
      [...first, 'ci', '--include=dev', '--no-audit', '--no-fund'],
      { cwd: ROOT, env },
    );
    if (result.code !== 0) throw new PlainError(`npm ci failed: ${lastError(result)}`);
    writeFileSync(STAMP, wantedStamp());
  });
}

/**
 * Somebody may have run npm by hand: it keeps its own list of what is there, and when that agrees
 * with the lock file nothing is to be done.
 */
function agreesWithLock() {
  const own = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(own)) return false;
  const pick = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const [have, want] = [pick(own), pick(join(ROOT, 'package-lock.json'))];
  return Object.entries(want).every(([path, entry]) => {
    if (path === '' || entry.optional) return true;
    return have[path]?.version === entry.version;
  });
}

/** npm as the one that runs us, when it does; else the one on the PATH. */
function npmCommand() {
  const own = process.env.npm_execpath;
  if (own && /npm-cli\.js$/.test(own)) return [process.execPath, [own]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
}

function lastError({ stderr, stdout }) {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => /npm (error|ERR!)/.test(line));
  const text = lines
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, ''))
    .filter((line) => line && !/complete log/.test(line));
  return text.slice(0, 3).join(' ') || 'see its output above';
}
