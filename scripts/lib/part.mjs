/** One long-lived process under the supervisor: started, watched, started again, stopped. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspectProcess, killGroup } from './identity.mjs';
import { lastWords, sizeOf, spawnLogged } from './log-file.mjs';
import { PlainError } from './plain-error.mjs';
import { forgetProcess, rememberProcess } from './run-dir.mjs';
import { tell } from './say.mjs';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A part that lived this long starts again at once when it dies, whatever came before. */
const STEADY_AFTER_MS = 60_000;

export class Part {
  #child = null;
  /** Resolves with words for how the present child ended. */
  #death = null;
  #stopping = new AbortController();
  #keeper = null;

  /**
   * `prepare()` answers `{command, args, options, marker?}`, anew for each start; `ready({child,
   * signal})` resolves when the part serves, rejects when it does not within its time, and gives up
   * when the signal says that nobody waits any more. `stopSignal` goes to the process alone, as it
   * ends its own children; what is left of its group is killed then. `onLine` is given what the
   * part prints, which is kept in its log otherwise.
   */
  constructor({ name, title, home, prepare, ready, onLine, stopSignal = 'SIGTERM' }) {
    Object.assign(this, { name, title, home, prepare, ready, onLine, stopSignal });
    this.logFile = join(home, 'logs', `${name}.log`);
  }

  /** Starts the part and waits until it serves; from then on it is started again when it dies. */
  async start() {
    await this.#launch();
    this.#keeper = this.#keepUp();
  }

  async #launch() {
    const { command, args, options, marker } = await this.prepare();
    this.#stopping.signal.throwIfAborted();
    const from = sizeOf(this.logFile);
    const child = spawnLogged(command, args, {
      ...options,
      logFile: this.logFile,
      onLine: this.onLine,
    });
    this.#watch(child, marker);
    const early = this.#death.then((how) => {
      const reason = lastWords(this.logFile, from);
      throw new PlainError(
        `${this.title} ended (${how}) while starting${reason ? `: ${reason}` : ''} (log: ${this.logFile})`,
      );
    });
    early.catch(() => undefined);
    const settled = new AbortController();
    try {
      await Promise.race([this.ready?.({ child, signal: settled.signal }), early]);
    } catch (error) {
      // It may live and not serve: it must be gone before the next one starts.
      if (child.pid) killGroup(child.pid);
      await this.#death;
      throw error;
    } finally {
      settled.abort();
    }
    this.#remember(child, marker);
  }

  #watch(child, marker) {
    this.#child = child;
    this.#death = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `code ${code}`));
    }).then((how) => {
      if (this.#child === child) this.#child = null;
      forgetProcess(this.home, this.name);
      if (child.pid) killGroup(child.pid);
      return how;
    });
    this.#remember(child, marker);
  }

  /** Written twice, as a command line may still change (a wrapper that becomes the real program). */
  #remember(child, marker) {
    const record = child.pid ? inspectProcess(child.pid) : null;
    if (record)
      rememberProcess(this.home, this.name, { ...record, marker, stopSignal: this.stopSignal });
  }

  async #keepUp() {
    let deaths = 0;
    while (!this.#stopping.signal.aborted) {
      const startedAt = Date.now();
      let why = `ended (${await this.#death})`;
      if (Date.now() - startedAt > STEADY_AFTER_MS) deaths = 0;
      while (why && !this.#stopping.signal.aborted) {
        deaths += 1;
        const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (deaths - 1));
        tell(
          `✗ ${this.title} ${why}; starting it again in ${delay / 1000} s (log: ${this.logFile})`,
        );
        why = await this.#tryAgain(delay);
      }
    }
  }

  /** Null when the part serves again, else words for why not. */
  async #tryAgain(delay) {
    try {
      await sleep(delay, undefined, { signal: this.#stopping.signal });
      await this.#launch();
      tell(`✓ ${this.title} runs again`);
      return null;
    } catch (error) {
      return `does not come up: ${error.message}`;
    }
  }

  /** Stops the part: its signal first, and after `limitMs` there is no more asking. */
  async stop(limitMs) {
    this.#stopping.abort(new Error('stopping'));
    const child = this.#child;
    if (child?.pid) {
      child.kill(this.stopSignal);
      const isGone = await Promise.race([
        this.#death.then(() => true),
        sleep(limitMs, false, { ref: false }),
      ]);
      if (!isGone) {
        tell(`✗ ${this.title} did not stop within ${limitMs / 1000} s and is killed`);
        killGroup(child.pid);
        await this.#death;
      }
    }
    await this.#keeper;
  }

  /** Ends the part without asking; a stop that waits for it goes on. */
  kill(signal = 'SIGKILL') {
    this.#stopping.abort(new Error('stopping'));
    this.#child?.kill(signal);
  }
}
