import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const ROOT = path.join(__dirname, '..', '..');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. The environment is the given one on top of ours. */
export function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env } });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (text) => (output.stdout += String(text)));
    child.stderr.on('data', (text) => (output.stderr += String(text)));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

/**
 * Runs a few lines against the modules of `scripts/lib`, as Jest does not load ES modules itself:
 * `code` is an async function's body that has `lib` (the module's exports) and answers a value.
 */
export async function withLib<T>(
  module: string,
  code: string,
  env: Record<string, string> = {},
  nodeFlags: readonly string[] = [],
): Promise<T> {
  const file = path.join(ROOT, 'scripts', 'lib', module);
  const script = `
    const lib = await import(${JSON.stringify(file)});
    const answer = await (async () => { ${code} })().catch((error) => ({ thrown: error.message }));
    process.stdout.write('\\n' + JSON.stringify(answer ?? null));
    process.exit(0);`;
  const outcome = await run(
    process.execPath,
    [...nodeFlags, '--input-type=module', '-e', script],
    env,
  );
  const line = outcome.stdout.split('\n').at(-1);
  if (outcome.code !== 0 || line === undefined) throw new Error(outcome.stderr || outcome.stdout);
  return JSON.parse(line) as T;
}

/** A folder of the test's own, removed when `use` has ended. */
export async function inTempDir<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'scripts-test-'));
  try {
    return await use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
