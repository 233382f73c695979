/** Every code the API can answer with; one section each in `docs/errors.md`. */
export const ERROR_CODES = {
  'missing-params': 400,
  'invalid-params': 400,
  'platform-denied': 400,
  unauthorized: 401,
  'operation-denied': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'different-account': 409,
  'record-already-exists': 409,
  'payload-too-large': 413,
  'rate-limited': 429,
  'unknown-error': 500,
  'platform-unavailable': 503,
  unavailable: 503,
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/** Why a job ended FAILED: `error.code` of jobs, one section each in `docs/errors.md`. */
export const JOB_ERROR_CODES = [
  'cancelled',
  'connection-deleted',
  'credentials-expired',
  'disconnected',
  'internal',
  'model-disabled',
  'no-progress',
  'platform-denied',
  'platform-unavailable',
  'records-invalid',
] as const;
export type JobErrorCode = (typeof JOB_ERROR_CODES)[number];

export type JobError = { code: JobErrorCode; message: string };

/**
 * An error a caller may see. `message` is safe to show: it holds no record, secret or header.
 * `field` names the input at fault, or is empty.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly field: string;

  constructor(code: ErrorCode, message: string, options: { field?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.field = options.field ?? '';
  }

  /** HTTP status this error answers with. */
  get status(): number {
    return ERROR_CODES[this.code];
  }
}

export function invalid(field: string, reason: string): AppError {
  return new AppError('invalid-params', `Invalid field: ${field}. ${reason}`, { field });
}

export function missing(field: string, reason = ''): AppError {
  return new AppError('missing-params', `Missing required field: ${field}. ${reason}`.trim(), {
    field,
  });
}

export function notFound(what: string, field = ''): AppError {
  return new AppError('not-found', `Not found: ${what}.`, { field });
}
