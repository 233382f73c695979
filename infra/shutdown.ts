import type { Logger } from './logger';

export interface ClosingStep {
  readonly name: string;
  close(): Promise<void> | void;
}

/** A second signal within this time is the same Ctrl-C, reaching the process twice (terminal and parent). */
const SAME_SIGNAL_MS = 5_000;

/**
 * Closes the steps in the order given on SIGTERM or SIGINT, then ends the process: with 0, or with 1 where a step
 * failed or `limitMs` passed. A signal that comes more than 5 s after the first ends it at once.
 */
export function onShutdown(
  steps: readonly ClosingStep[],
  options: { limitMs: number; logger: Logger },
): void {
  const { logger } = options;
  let firstAt: number | null = null;
  const stop = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (firstAt !== null) {
      if (now - firstAt > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    firstAt = now;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error({ limitMs: options.limitMs }, 'not stopped in time');
      process.exit(1);
    }, options.limitMs).unref();
    void closeAll(steps, logger).then((isClean) => process.exit(isClean ? 0 : 1));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function closeAll(steps: readonly ClosingStep[], logger: Logger): Promise<boolean> {
  let isClean = true;
  for (const step of steps) {
    try {
      await step.close();
      logger.debug({ step: step.name }, 'closed');
    } catch (error) {
      isClean = false;
      logger.error({ step: step.name, err: error }, 'not closed cleanly');
    }
  }
  return isClean;
}
