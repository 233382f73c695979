import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the clone, wherever the command was called from. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The home of one instance: absolute; relative values of SYNCLINE_HOME count from the clone. */
export function homeOf(env = process.env) {
  return resolve(ROOT, env.SYNCLINE_HOME || '.syncline');
}

/** Where this user's programs keep what can be had again, by the habits of the system. */
export function userCacheDir(env = process.env) {
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'syncline');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'syncline');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'syncline');
  return join(homedir(), '.cache', 'syncline');
}
