import type { PlatformErrorKind } from '../contract';

export interface PlatformErrorDetails {
  /** HTTP status; null when no answer came. */
  readonly status?: number | null;
  /** How long the platform asked to wait. */
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/**
 * A call to a platform that did not bring what was asked for. `kind` says what callers do about it (see
 * `PlatformErrorKind`). The message is safe to show and to log: it holds no token, query, header or body.
 */
export class PlatformError extends Error {
  readonly kind: PlatformErrorKind;
  readonly status: number | null;
  readonly retryAfterMs: number | null;

  constructor(kind: PlatformErrorKind, message: string, details: PlatformErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'PlatformError';
    this.kind = kind;
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/**
 * An answer that does not have the promised shape: cut in the middle, an HTML page of a proxy, a list without its
 * list. Transient, for such answers are rarely given twice, and a platform that keeps giving them is down for us.
 */
export class MalformedAnswerError extends PlatformError {
  constructor(message: string, details: PlatformErrorDetails = {}) {
    super('transient', message, details);
    this.name = 'MalformedAnswerError';
  }
}
