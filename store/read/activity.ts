import type { Database } from '../database';

/** An entry of a company's activity log. */
export interface ActivityView {
  readonly id: bigint;
  readonly createdAt: Date;
  readonly activityType: string;
  readonly detail: string | null;
  readonly connectionId: bigint | null;
}

/** Entries of a company, newest first, one more than `limit` where there are more. */
export function listCompanyActivity(
  db: Database,
  input: { companyId: bigint; before: bigint | null; limit: number },
): Promise<ActivityView[]> {
  return db.prisma.activityLog.findMany({
    where: {
      companyId: input.companyId,
      ...(input.before === null ? {} : { id: { lt: input.before } }),
    },
    select: { id: true, createdAt: true, activityType: true, detail: true, connectionId: true },
    orderBy: { id: 'desc' },
    take: input.limit + 1,
  });
}
