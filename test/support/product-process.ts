import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
const STOP_LIMIT_MS = 40_000;

/** One process of the product, as built, which a test may kill and start again. */
export class ProductProcess {
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #isExpectedToEnd = false;

  constructor(
    private readonly script: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly logFile: string,
    /** Told when the process ends although nobody asked it to. */
    private readonly onCrash: (how: string) => void,
    private readonly nodeArgs: readonly string[] = [],
  ) {}

  start(): void {
    const log = openSync(this.logFile, 'a');
    const child = spawn(process.execPath, [...this.nodeArgs, this.script], {
      cwd: ROOT,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#isExpectedToEnd = false;
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        if (!this.#isExpectedToEnd) {
          const how = `${this.script} ended by itself (${signal ?? `code ${code}`})`;
          this.onCrash(`${how}:\n${this.lastWords()}`);
        }
        resolve();
      });
    });
  }

  /** Of the process that runs now, or ran last. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#isExpectedToEnd = true;
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** As a supervisor stops it; killed where it does not end in time. */
  async stop(): Promise<void> {
    this.#isExpectedToEnd = true;
    this.#child?.kill('SIGTERM');
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  /** The end of its log. */
  lastWords(lines = 15): string {
    return readFileSync(this.logFile, 'utf8').trim().split('\n').slice(-lines).join('\n');
  }

  /** What it logged so far: warnings and worse, as the product's processes are told. */
  logged(): string[] {
    return readFileSync(this.logFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }
}
