import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { BenchOptions } from '../contract';

const ROOT = path.join(__dirname, '../..');

/** Runs one of the raw programs of this folder as a process of its own, and answers the object it prints at its end. */
export async function runRaw<Input extends object, Output>(
  name: string,
  input: Input,
  { profileDir }: Pick<BenchOptions, 'profileDir'>,
): Promise<Output> {
  const child = startRaw(name, input, { profileDir });
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`bench/raw/${name} ended with code ${code}`);
  // The last line: the libraries it uses may have said something before.
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as Output;
}

/** Starts one of them, for those who stop it themselves. */
export function startRaw(
  name: string,
  input: object,
  { profileDir }: Pick<BenchOptions, 'profileDir'>,
) {
  const profile = profileDir === null ? null : path.join(profileDir, `raw-${name}`);
  if (profile !== null) mkdirSync(profile, { recursive: true });
  return spawn(
    process.execPath,
    [
      ...(profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
      path.join(ROOT, 'scripts/lib/run-typescript.mjs'),
      `bench/raw/${name}.ts`,
      JSON.stringify(input),
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
}
