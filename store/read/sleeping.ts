import { Prisma } from '../../prisma/generated/client';

/**
 * Whether an open pull is shown as SLEEPING: it waits for quota, for 2 s or more. The last seconds of a long wait are
 * told from a short one by what it waits for: a lease or the second's window never take long.
 */
export function isAsleep(alias: 'p'): Prisma.Sql {
  const pull = Prisma.raw(alias);
  return Prisma.sql`(${pull}.resume_at > syncline_now() AND (
    ${pull}.resume_at >= syncline_now() + interval '2 seconds'
    OR ${pull}.resume_reason NOT IN ('concurrent', 'second')))`;
}
