import type { Request } from 'express';
import { AppError } from '../../core/errors';
import { hashToken, isSameToken } from '../../infra/tokens';
import type { Database } from '../../store/database';
import { findSession, renewSession, type SessionRow } from '../../store/sessions';
import { type Exchange, cookieOf } from './exchange';

/** The cookie that signs a browser in. */
export const SESSION_COOKIE = 'syncline_session';

const CSRF_HEADER = 'x-csrf-token';
const READS = new Set(['GET', 'HEAD']);

/** The live session of a cookie's token; null where there is none. */
export async function sessionOf(
  db: Database,
  token: string | undefined,
): Promise<SessionRow | null> {
  return token === undefined || token === '' ? null : findSession(db, hashToken(token));
}

/** The session that a request was sent within. Throws `AppError`: 401 where it has ended. */
export async function requireSession(request: Request, db: Database): Promise<SessionRow> {
  const session = await sessionOf(db, cookieOf(request, SESSION_COOKIE));
  if (session === null)
    throw new AppError('unauthorized', 'Your session has ended: sign in again.');
  return session;
}

/** Whether a request came with a session's cookie, living or not. */
export function hasSessionCookie(request: Request): boolean {
  return Boolean(cookieOf(request, SESSION_COOKIE));
}

/**
 * Browsers send cookies along whoever wrote the page. So a change needs the token that only our own pages can have
 * read, and what another site's page has sent is refused whatever it is.
 */
export function refuseForged(request: Request, session: SessionRow): void {
  if (request.get('sec-fetch-site') === 'cross-site') {
    throw new AppError('operation-denied', "Another site's page cannot act with your session.");
  }
  if (READS.has(request.method)) return;
  const given = request.get(CSRF_HEADER);
  if (given === undefined || !isSameToken(given, session.csrfToken)) {
    throw new AppError('operation-denied', `Send the session's csrf_token as ${CSRF_HEADER}.`, {
      field: CSRF_HEADER,
    });
  }
}

/** Prolongs a session that was not prolonged for a while, and its cookie with it. */
export async function keepAlive(
  db: Database,
  session: SessionRow,
  { request, exchange }: { request: Request; exchange: Exchange },
): Promise<void> {
  const token = cookieOf(request, SESSION_COOKIE);
  if (!session.isStale || token === undefined) return;
  const maxAgeMs = await renewSession(db, session.id);
  exchange.setCookie(SESSION_COOKIE, token, { maxAgeMs });
}
