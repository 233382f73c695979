import { spawn } from 'node:child_process';

const running = new Set();

/** Ends the commands that are under way, for a stop in the middle of a set-up. */
export function killRunning() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * Runs a command to its end. Resolves with `{code, stdout, stderr}`, whatever the code; rejects only
 * when it cannot be started or its time is up. Output that `stdio` sends elsewhere is empty here.
 */
export function run(command, args, options = {}) {
  const { timeoutMs, stdio = ['ignore', 'pipe', 'pipe'], ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio, ...spawnOptions });
    running.add(child);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name]?.setEncoding('utf8').on('data', (text) => {
        output[name] += text;
      });
    }
    let timedOut = false;
    const timer = timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, timeoutMs)
      : undefined;
    child.on('error', (error) => {
      running.delete(child);
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      clearTimeout(timer);
      if (timedOut) reject(new Error(`${command} did not end within ${timeoutMs / 1000} s`));
      else resolve({ code: code ?? 128, signal, ...output });
    });
  });
}

/** Like `run`, but a code other than 0 is an error that carries the last lines of the output. */
export async function runOrThrow(command, args, options = {}) {
  const result = await run(command, args, options);
  if (result.code === 0) return result;
  const text = `${result.stderr}\n${result.stdout}`.trim().split('\n').slice(-15).join('\n');
  throw new Error(`${[command, ...args].join(' ')} ended with code ${result.code}\n${text}`);
}
