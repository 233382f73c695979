/** Holds the parts of one instance, hears the signals, and stops everything in order. */
import { hasLaunchers, launchers } from './home.mjs';
import { unlock, updateLock } from './lock.mjs';
import { supervisorLock } from './run-dir.mjs';
import { killRunning } from './run.mjs';
import { say } from './say.mjs';

/**
 * First those who ask, then those who are asked; each with the time it may take and the time that
 * those after it need in any case. The worker is given most, as its running activities store the
 * page they hold. All in all a stop takes less than 45 s.
 */
const STOP_ORDER = [
  { name: 'demo', limitMs: 1_000, reservedMs: 0 },
  { name: 'api', limitMs: 8_000, reservedMs: 0 },
  { name: 'worker', limitMs: 30_000, reservedMs: 9_000 },
  { name: 'sandbox', limitMs: 2_000, reservedMs: 8_000 },
  { name: 'temporal', limitMs: 5_000, reservedMs: 5_000 },
  { name: 'postgres', limitMs: 10_000, reservedMs: 0 },
];
const STOP_BUDGET_MS = 44_000;

/** A terminal and npm both pass a Ctrl-C on, so that it comes twice: the same one. */
const SAME_SIGNAL_MS = 5_000;
const WATCH_LAUNCHERS_MS = 1_000;

export class Supervisor {
  #parts = [];
  #firstSignalAt = null;
  #requestStop;
  /** Resolves with the reason once a stop is asked for. */
  stopRequested = new Promise((resolve) => {
    this.#requestStop = resolve;
  });

  constructor(home) {
    this.home = home;
  }

  /** Hears SIGINT, SIGTERM and SIGHUP, and notices when the npm that started us was killed. */
  listen() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.on(signal, () => this.#onSignal(signal));
    const chain = launchers();
    const timer = setInterval(() => {
      if (!hasLaunchers(chain)) this.#onSignal('the end of npm');
    }, WATCH_LAUNCHERS_MS);
    timer.unref();
  }

  #onSignal(signal) {
    const now = performance.now();
    if (this.#firstSignalAt === null) {
      this.#firstSignalAt = now;
      killRunning();
      this.#requestStop(signal);
    } else if (now - this.#firstSignalAt > SAME_SIGNAL_MS && signal !== 'the end of npm') {
      say('Stopping at once.');
      // PostgreSQL is never killed outright: SIGQUIT makes it drop everything and recover next time.
      for (const part of this.#parts) part.kill(part.name === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
    }
  }

  /** Whether anything was started that a stop has to end. */
  get hasParts() {
    return this.#parts.length > 0;
  }

  get isStopping() {
    return this.#firstSignalAt !== null;
  }

  /** Starts a part and keeps it; refused once a stop was asked for. */
  async start(part) {
    if (this.isStopping) throw new Error('stopping');
    this.#parts.push(part);
    await part.start();
  }

  /** Stops all parts in order, and gives the home free. */
  async stopAll() {
    this.#firstSignalAt ??= performance.now();
    updateLock(supervisorLock(this.home), { state: 'stopping' });
    const until = performance.now() + STOP_BUDGET_MS;
    for (const { name, limitMs, reservedMs } of STOP_ORDER) {
      const left = Math.max(1_000, until - performance.now() - reservedMs);
      await this.#parts.find((part) => part.name === name)?.stop(Math.min(limitMs, left));
    }
    unlock(supervisorLock(this.home));
  }
}
