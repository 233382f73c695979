import { Prisma } from '../../prisma/generated/client';

/**
 * Whether an open pull is shown as SLEEPING. Only waits for quota of 2 s or more are noted in `resume_at`, and it is
 * cleared when they end: one that has passed belongs to a pull that is about to go on.
 */
export const isAsleep = Prisma.sql`p.resume_at > syncline_now()`;
