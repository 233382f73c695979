import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { AppError } from '../../core/errors';
import { hashApiKey } from '../../infra/api-keys';
import type { Logger } from '../../infra/logger';
import { type ApiKeyRow, findApiKey, touchApiKey } from '../../store/api-keys';
import type { Database } from '../../store/database';
import type { ApiDeps } from '../deps';
import { exchangeOf, isSecure } from './exchange';
import { unlessDatabaseIsDown } from './outage';
import type { Caller } from './route';
import { hasSessionCookie, keepAlive, refuseForged, requireSession } from './session';

/** `last_used_at` is for people: a minute's precision saves a write per request. */
const TOUCH_EVERY_MS = 60_000;

const callers = new WeakMap<Request, Caller>();

/** Who sent an authenticated request. Throws where the route is not behind `authenticate`. */
export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('The request was not authenticated');
  return caller;
}

/** Lets through requests with a live key in the `api_key` header, or else with the cookie of a live session. */
export function authenticate(deps: ApiDeps): RequestHandler {
  const touch = keyToucher(deps);
  return async (request, response, next) => {
    const isOfBrowser = !request.get('api_key') && hasSessionCookie(request);
    if (isOfBrowser) {
      const exchange = exchangeOf(request, response, isSecure(deps.config));
      callers.set(
        request,
        await unlessDatabaseIsDown(request, deps.db, async () => {
          const session = await requireSession(request, deps.db);
          refuseForged(request, session);
          await keepAlive(deps.db, session, { request, exchange });
          const { organisationId, role, userId, id: sessionId } = session;
          return { by: 'session', organisationId, role, userId, sessionId };
        }),
      );
    } else {
      const { id: keyId, organisationId } = await keyOf(request, deps.db);
      callers.set(request, { by: 'key', organisationId, role: 'member', keyId });
      touch(keyId);
    }
    next();
  };
}

async function keyOf(request: Request, db: Database): Promise<ApiKeyRow> {
  const given = request.get('api_key');
  if (!given) {
    throw new AppError('unauthorized', 'Send your API key in the api_key header.', {
      field: 'api_key',
    });
  }
  const hash = hashApiKey(given);
  const key = await unlessDatabaseIsDown(request, db, () => findApiKey(db, hash));
  // The index compares hashes byte by byte and may tell by its time how far they agree; this comparison does not.
  if (key === null || !timingSafeEqual(Buffer.from(key.hash), Buffer.from(hash))) {
    throw new AppError('unauthorized', 'This API key is not known.', { field: 'api_key' });
  }
  return key;
}

function keyToucher(deps: { db: Database; logger: Logger }): (keyId: bigint) => void {
  const touchedAt = new Map<bigint, number>();
  return (keyId) => {
    const now = performance.now();
    const last = touchedAt.get(keyId);
    if (last !== undefined && now - last < TOUCH_EVERY_MS) return;
    touchedAt.set(keyId, now);
    touchApiKey(deps.db, keyId).catch((error: unknown) => {
      deps.logger.debug({ err: error }, 'last use of an API key not noted');
    });
  };
}
