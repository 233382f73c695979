import { json, type RequestHandler } from 'express';
import { invalid } from '../../core/errors';

const LIMIT = '1mb';

const parseJson = json({ limit: LIMIT, strict: true });

/** JSON bodies up to a megabyte, and no others: what is sent as something else is refused, not ignored. */
export const readBody: RequestHandler[] = [
  (request, _response, next) => {
    if (hasBody(request.headers) && !request.is('application/json')) {
      throw invalid('content-type', 'Send the body as application/json.');
    }
    next();
  },
  parseJson,
];

function hasBody(headers: {
  'content-length'?: string | undefined;
  'transfer-encoding'?: string | undefined;
}): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  return Number(headers['content-length'] ?? 0) > 0;
}
