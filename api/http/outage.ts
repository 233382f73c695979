import type { Request } from 'express';
import { AppError } from '../../core/errors';
import type { Database, Patience } from '../../store/database';
import { isOutOfRoom, isOutage } from '../../store/sql-state';
import { arrivalOf } from './request-id';

/** A caller hears of a lost database within 3 s of asking: it is looked for after the first, and told after the sum. */
export const CALLER_PATIENCE: Patience = { askAfterMs: 1_400, answerMs: 1_200 };
const LOOK_AGAIN_MS = 1_000;

const DOWN =
  'The database cannot be reached. Nothing was done. This heals by itself once the database is back: try again then.';
const LOST =
  'The database stopped answering, and whether the request was carried out is not known. This heals by itself once the database is back: try again then, with the same Idempotency-Key where one was sent.';
const FULL =
  'The database has no room left: its disk or memory is full, or it has no connection to spare. Nothing was done. Its operator must make room; then this heals by itself: try again then.';

const BUSY =
  'The server is too busy: there was no connection to the database to be had in time. This heals by itself: try again shortly, with the same Idempotency-Key where one was sent.';

const begun = new WeakSet<Request>();

/** From here on a request may change something: a statement whose answer was lost may have been carried out. */
export function noteBegun(request: Request): void {
  if (request.method !== 'GET') begun.add(request);
}

function unavailable(request: Request, cause?: unknown): AppError {
  return new AppError('unavailable', begun.has(request) ? LOST : DOWN, { cause });
}

/**
 * The error to answer with where the database is the reason; null where it is not. A lost database shows itself in a
 * dozen ways, some of them plain errors with nothing but words in them: so it is asked, and its pool is.
 */
export async function explainOutage(
  request: Request,
  db: Database,
  cause: unknown,
): Promise<AppError | null> {
  if (isOutOfRoom(cause)) return new AppError('unavailable', FULL, { cause });
  const { idleCount, totalCount, options } = db.pool;
  const isTaken = idleCount === 0 && totalCount >= options.max;
  if (db.hasFailedSince(arrivalOf(request)) || !(await db.isAnswering())) {
    return unavailable(request, cause);
  }
  if (isTaken) return new AppError('unavailable', BUSY, { cause });
  return isOutage(cause) ? unavailable(request, cause) : null;
}

/**
 * What `act` answers; or `unavailable`, as soon as the request has waited for a while and the database is
 * found not to answer. `act` itself goes on unheard.
 */
export async function unlessDatabaseIsDown<T>(
  request: Request,
  db: Database,
  act: () => Promise<T>,
): Promise<T> {
  const watch = watchForOutage(request, db);
  try {
    return await Promise.race([act(), watch.refused]);
  } finally {
    watch.end();
  }
}

/** `refused` rejects when the database is found not to answer. It is looked at until `end`. */
function watchForOutage(
  request: Request,
  db: Database,
): { readonly refused: Promise<never>; end(): void } {
  let timer: NodeJS.Timeout | undefined;
  let hasEnded = false;
  const refused = new Promise<never>((_resolve, reject) => {
    const look = async () => {
      if (!(await db.isAnswering())) reject(unavailable(request));
      else if (!hasEnded) lookAfter(LOOK_AGAIN_MS);
    };
    const lookAfter = (ms: number) => {
      timer = setTimeout(() => void look(), ms);
    };
    lookAfter(Math.max(0, CALLER_PATIENCE.askAfterMs - (performance.now() - arrivalOf(request))));
  });
  return {
    refused,
    end() {
      hasEnded = true;
      clearTimeout(timer);
    },
  };
}
