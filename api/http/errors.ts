import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { AppError, invalid } from '../../core/errors';
import type { Logger } from '../../infra/logger';
import type { Database } from '../../store/database';
import { explainOutage } from './outage';
import { requestIdOf } from './request-id';

/** Every path that no route has taken. */
export const answerNotFound: RequestHandler = (request) => {
  const path = `${request.method} ${request.originalUrl.split('?')[0] ?? ''}`.slice(0, 200);
  throw new AppError('not-found', `Not found: ${path}.`);
};

/** Answers every error as JSON in the form of the v3 contract: `{error: {message, code, field}}`. */
export function answerErrors(deps: { db: Database; logger: Logger }): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    void answerError(error, request, response, deps);
  };
}

async function answerError(
  cause: unknown,
  request: Request,
  response: Response,
  deps: { db: Database; logger: Logger },
): Promise<void> {
  const error =
    toAppError(cause) ??
    (await explainOutage(request, deps.db, cause)) ??
    new AppError('unknown-error', 'Something went wrong on our side.', { cause });
  if (error.status >= 500) {
    const { method, path } = request;
    deps.logger.error(
      {
        requestId: requestIdOf(request),
        method,
        path,
        code: error.code,
        err: error.cause ?? error,
      },
      'request failed',
    );
  }
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.status(error.status).json({
    error: {
      message: error.message,
      code: error.code,
      field: error.field,
      request_id: requestIdOf(request),
    },
  });
}

/** Ours as they are, and those of Express's own parsers by their type; null for all others. */
function toAppError(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  if (typeof error !== 'object' || error === null) return null;
  const type: unknown = Reflect.get(error, 'type');
  const status: unknown = Reflect.get(error, 'status') ?? Reflect.get(error, 'statusCode');
  switch (type) {
    case 'entity.too.large':
    case 'parameters.too.many':
      return new AppError('payload-too-large', 'The request body is too large.', { cause: error });
    case 'entity.parse.failed':
      return invalid('body', 'It is not valid JSON.');
    case 'charset.unsupported':
      return invalid('content-type', 'Only UTF-8 is understood.');
    case 'encoding.unsupported':
      return invalid('content-encoding', 'It is not known here.');
    default:
      // Express's other refusals of a request: a path with broken percent-encoding, a body cut short.
      return status === 400 ? invalid('request', 'It is not well-formed.') : null;
  }
}
