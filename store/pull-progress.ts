import type { JobError } from '../core/errors';
import type { TakenPull } from './begin';
import type { Database } from './database';

/**
 * Small moves of an open pull, each under its fence. All answer false when the fence no longer holds: another attempt
 * has gone on, or the pull has ended, and this one must stop quietly.
 */

/**
 * Counts one more attempt before a repeat. A stored page clears the count, and the page after it is asked for in the
 * same breath: a repeat after that first failure is the second attempt, not the first.
 */
export async function countAttempt(db: Database, pull: TakenPull): Promise<boolean> {
  return moved(
    await db.prisma.$executeRaw`
      UPDATE pulls SET attempts = greatest(attempts, 1) + 1, retries = retries + 1
      WHERE id = ${pull.id} AND fence = ${pull.fence} AND state = 'RUNNING'`,
  );
}

/** Notes a failed attempt, and until when to back off (0 = the wait is spent here and now). */
export async function noteFailure(
  db: Database,
  pull: TakenPull,
  failure: { error: JobError; retryInMs: number | null },
): Promise<boolean> {
  return moved(
    await db.prisma.$executeRaw`
      UPDATE pulls SET error_code = ${failure.error.code}, error_message = ${failure.error.message},
        retry_at = syncline_now() + ${failure.retryInMs}::double precision * interval '1 millisecond',
        retries = retries + CASE WHEN ${failure.retryInMs}::double precision IS NULL THEN 0 ELSE 1 END
      WHERE id = ${pull.id} AND fence = ${pull.fence} AND state = 'RUNNING'`,
  );
}

/** Notes a wait for quota, shown as SLEEPING where it is long; gives the attempt back, as no call was made. */
export async function noteSleep(
  db: Database,
  pull: TakenPull,
  sleep: { resumeAt: Date; reason: string; waitMs: number; givesBack: boolean },
): Promise<boolean> {
  return moved(
    await db.prisma.$executeRaw`
      UPDATE pulls SET resume_at = ${sleep.resumeAt}, resume_reason = ${sleep.reason},
        slept_ms = slept_ms + ${Math.round(sleep.waitMs)}::bigint,
        attempts = greatest(0, attempts - ${sleep.givesBack ? 1 : 0})
      WHERE id = ${pull.id} AND fence = ${pull.fence} AND state = 'RUNNING'`,
  );
}

/** Gives the attempt back that *begin* counted: what broke it had nothing to do with its page. */
export async function giveAttemptBack(db: Database, pull: TakenPull): Promise<boolean> {
  return moved(
    await db.prisma.$executeRaw`
      UPDATE pulls SET attempts = greatest(0, attempts - 1)
      WHERE id = ${pull.id} AND fence = ${pull.fence} AND state = 'RUNNING'`,
  );
}

/** Notes that a wait for quota is over. */
export async function noteAwake(db: Database, pull: TakenPull): Promise<boolean> {
  return moved(
    await db.prisma.$executeRaw`
      UPDATE pulls SET resume_at = NULL, resume_reason = NULL
      WHERE id = ${pull.id} AND fence = ${pull.fence} AND state = 'RUNNING'`,
  );
}

/** The platform has forgotten the cursor: the listing starts again from its beginning, and its counts go on. */
export async function restartListing(db: Database, pull: TakenPull): Promise<boolean> {
  return moved(
    await db.prisma.$executeRaw`
      UPDATE pulls SET cursor = NULL, listing_page = 0, restarts = restarts + 1,
        phase = CASE WHEN phase = 'relisting' THEN 'relisting' ELSE 'listing' END
      WHERE id = ${pull.id} AND fence = ${pull.fence} AND state = 'RUNNING'`,
  );
}

function moved(rows: number): boolean {
  return rows > 0;
}
