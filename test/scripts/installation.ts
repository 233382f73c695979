import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { ROOT, withLib } from './support';

const READY = /Syncline is ready/;

export interface Ports {
  PORT: string;
  SANDBOX_PORT: string;
  TEMPORAL_PORT: string;
  TEMPORAL_UI_PORT: string;
  POSTGRES_PORT: string;
}

export async function freePorts(): Promise<Ports> {
  const ports = await withLib<number[]>('ports.mjs', 'return lib.freePorts(5);');
  const [api = 0, sandbox = 0, temporal = 0, ui = 0, postgres = 0] = ports;
  return {
    PORT: String(api),
    SANDBOX_PORT: String(sandbox),
    TEMPORAL_PORT: String(temporal),
    TEMPORAL_UI_PORT: String(ui),
    POSTGRES_PORT: String(postgres),
  };
}

/** One `npm start` of this clone, on a home and ports of its own. */
export class Start {
  output = '';
  readonly exited: Promise<number | null>;
  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => (this.output += String(text)));
    }
    this.exited = new Promise((resolve) => child.on('close', (code) => resolve(code)));
  }

  /** Runs `command` (default: the script without npm around it). The environment is ours, changed by `env`. */
  static run(
    env: Record<string, string>,
    command = [process.execPath, 'scripts/start.mjs'],
  ): Start {
    const [program = '', ...args] = command;
    const { npm_lifecycle_event: _, NODE_ENV: __, ...inherited } = process.env;
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...inherited, ...env },
      detached: true,
    });
    return new Start(child);
  }

  /** Waits until the output matches; throws with the output when the command ends before. */
  async until(pattern: RegExp, limitMs = 90_000): Promise<void> {
    const deadline = Date.now() + limitMs;
    let hasEnded = false;
    void this.exited.then(() => (hasEnded = true));
    while (!pattern.test(this.output)) {
      if (hasEnded || Date.now() > deadline)
        throw new Error(`no ${String(pattern)} in:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  ready(): Promise<void> {
    return this.until(READY);
  }

  /** Milliseconds that a polite end took. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    const from = Date.now();
    this.child.kill(signal);
    await this.exited;
    return Date.now() - from;
  }
}

/** Live processes that were given this home, by pid: everything that `npm start` has to end. */
export function processesOf(home: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (!environment.includes(`SYNCLINE_HOME=${home}`)) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      if (command !== '') found.set(Number(pid), command);
    } catch {
      // It ended while we looked, or is none of ours.
    }
  }
  return found;
}

export function pidOf(home: string, part: string): number {
  const hit = [...processesOf(home)].find(([, command]) => command.includes(part));
  if (!hit) throw new Error(`no process of ${part}`);
  return hit[0];
}
