import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RootFiClient } from 'rootfi-api';
import { SandboxControl } from './sandbox-control';
import { until } from './until';

const ROOT = path.join(__dirname, '../..');
const API_KEY = 'acceptance-key-0123456789';

/** A whole installation as `npm start` makes it, with a home and ports of its own, driven from outside only. */
export class Installation {
  readonly home = mkdtempSync(path.join(tmpdir(), 'syncline-acceptance-'));
  readonly #ports: Ports;
  #process: ChildProcess | null = null;
  #output = '';

  private constructor(ports: Ports) {
    this.#ports = ports;
  }

  static async create(): Promise<Installation> {
    return new Installation(await freePorts());
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.PORT}`;
  }

  get client(): RootFiClient {
    return new RootFiClient({ environment: `${this.url}/v3`, apiKey: API_KEY });
  }

  get sandbox(): SandboxControl {
    return new SandboxControl(`http://127.0.0.1:${this.#ports.SANDBOX_PORT}`);
  }

  get databaseUrl(): string {
    const password = readFileSync(path.join(this.home, 'postgres', 'password'), 'utf8').trim();
    return `postgresql://syncline:${password}@127.0.0.1:${this.#ports.POSTGRES_PORT}/syncline`;
  }

  port(name: keyof Ports): string {
    return this.#ports[name];
  }

  /** What the console has shown so far. */
  get output(): string {
    return this.#output;
  }

  async start(environment: Record<string, string> = {}): Promise<void> {
    const started = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: ROOT,
      // A group of its own, so that a signal to it reaches nothing of the test.
      detached: true,
      env: {
        ...process.env,
        NODE_ENV: '',
        SYNCLINE_HOME: this.home,
        SYNCLINE_API_KEY: API_KEY,
        SYNCLINE_DEMO: '0',
        ...this.#ports,
        ...environment,
      },
    });
    this.#process = started;
    const hear = (chunk: Buffer) => {
      this.#output += chunk.toString();
    };
    started.stdout.on('data', hear);
    started.stderr.on('data', hear);
    await until('the API to be ready', 90_000, async () => {
      if (started.exitCode !== null) throw new Error(`npm start ended:\n${this.#output}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      return answer?.ok === true ? true : null;
    });
  }

  /** As Ctrl-C does. */
  async stop(): Promise<void> {
    const running = this.#process;
    if (running === null || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await ended;
    this.#process = null;
  }

  /** `kill -9` of the supervisor and everything it started, at one instant. */
  async killEverything(): Promise<void> {
    const running = this.#process;
    const pids = this.pids();
    const ended = new Promise((resolve) => running?.once('exit', resolve));
    running?.kill('SIGKILL');
    for (const pid of Object.values(pids)) killGroup(pid);
    await ended;
    this.#process = null;
  }

  /** `kill -9` of one part; the supervisor starts it again. */
  kill(part: string): void {
    const pid = this.pids()[part];
    if (pid === undefined) throw new Error(`No part ${part}: ${JSON.stringify(this.pids())}`);
    process.kill(pid, 'SIGKILL');
  }

  /** Process ids of the parts, by name, as the home's run folder has them. */
  pids(): Record<string, number> {
    const folder = path.join(this.home, 'run');
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    return Object.fromEntries(
      files.map((file) => {
        const record: { pid: number } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
        return [path.basename(file, '.json'), record.pid];
      }),
    );
  }

  async call(method: string, route: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}${route}`, {
      method,
      headers: { api_key: API_KEY, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) {
      throw new Error(`${method} ${route}: ${response.status} ${JSON.stringify(answer)}`);
    }
    return answer;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  log(part: string): string {
    return readFileSync(path.join(this.home, 'logs', `${part}.log`), 'utf8');
  }
}

const PORTS = [
  'PORT',
  'SANDBOX_PORT',
  'TEMPORAL_PORT',
  'TEMPORAL_UI_PORT',
  'POSTGRES_PORT',
] as const;
type Ports = Record<(typeof PORTS)[number], string>;

async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(PORTS.map(() => listenAnywhere()));
  const numbers = servers.map(({ port }) => String(port));
  await Promise.all(servers.map(({ close }) => close()));
  const [
    PORT = '',
    SANDBOX_PORT = '',
    TEMPORAL_PORT = '',
    TEMPORAL_UI_PORT = '',
    POSTGRES_PORT = '',
  ] = numbers;
  return { PORT, SANDBOX_PORT, TEMPORAL_PORT, TEMPORAL_UI_PORT, POSTGRES_PORT };
}

function listenAnywhere(): Promise<{ port: number; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        close: () => new Promise((done) => server.close(() => done())),
      });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
