import { DefaultLogger, type Logger as TemporalLogger } from '@temporalio/worker';
import type { Logger } from './logger';

/** Sends what the Temporal SDK logs to our own log. */
export function temporalLogger(logger: Logger): TemporalLogger {
  return new DefaultLogger('INFO', ({ level, message, meta }) => {
    const entry = { ...meta, source: 'temporal' };
    if (level === 'ERROR') logger.error(entry, message);
    else if (level === 'WARN') logger.warn(entry, message);
    else logger.debug(entry, message);
  });
}
