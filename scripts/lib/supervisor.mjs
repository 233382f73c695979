/** Holds the parts of one instance, hears the signals, and stops everything in order. */
import { hasLaunchers, launchers } from './home.mjs';
import { unlock, updateLock } from './lock.mjs';
import { supervisorLock } from './run-dir.mjs';
import { killRunning } from './run.mjs';
import { say } from './say.mjs';

/** First those who ask, then those who are asked. */
const STOP_ORDER = ['demo', 'api', 'worker', 'sandbox', 'temporal', 'postgres'];

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
    for (const name of STOP_ORDER) {
      await this.#parts.find((part) => part.name === name)?.stop();
    }
    unlock(supervisorLock(this.home));
  }
}
