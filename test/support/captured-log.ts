import { Runtime } from '@temporalio/worker';
import { createLogger } from '../../infra/logger';
import { temporalLogger } from '../../infra/temporal-logger';

/**
 * What the processes of the product write to their logs, at their most talkative, Temporal's SDK included. Import it
 * before `stack`: the first logger given to the SDK in a process is the one it keeps.
 */
export const logLines: string[] = [];

const destination = { write: (line: string) => void logLines.push(line) };

export const capturedLogger = (process: 'api' | 'worker') =>
  createLogger({ process, level: 'trace' }, destination);

Runtime.install({ logger: temporalLogger(capturedLogger('worker')), shutdownSignals: [] });
