import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { loggedError } from './log-error';

export type Logger = PinoLogger;

/**
 * Names under which secrets could reach a log line, at the top or one level down. A safety net: nothing that holds a
 * secret, a record or a header is meant to be logged at all.
 */
const SECRET_NAMES = [
  'api_key',
  'apiKey',
  'authorization',
  'cookie',
  'credentials',
  'password',
  'secrets',
  'token',
  'access_token',
  'refresh_token',
];

/** JSON lines on standard output (or `destination`). `process` names the part of the product that writes. */
export function createLogger(
  options: { process: string; level: string },
  destination?: DestinationStream,
): Logger {
  const settings = {
    level: options.level,
    base: { process: options.process },
    timestamp: stdTimeFunctions.isoTime,
    // `error` is what Temporal's SDK calls it.
    serializers: {
      err: (error: unknown) => loggedError(error),
      error: (error: unknown) => loggedError(error),
    },
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.headers.${name}`]),
      censor: '[removed]',
    },
  };
  return destination === undefined ? pino(settings) : pino(settings, destination);
}
