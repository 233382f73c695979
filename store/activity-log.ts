import type { Database, ModelTx } from './database';

/** What the activity log of a company can hold; the names are the v3 contract's. */
export const ACTIVITY_TYPES = [
  'ORG_CREATED',
  'INVITE_LINK_CREATED',
  'COMPANY_CREATED',
  'COMPANY_DELETED',
  'CONNECTION_CREATED',
  'CONNECTION_EXPIRED',
  'CONNECTION_DISCONNECTED',
  'CONNECTION_DELETED',
] as const;
export type ActivityType = (typeof ACTIVITY_TYPES)[number];

export interface Activity {
  readonly organisationId: bigint;
  readonly companyId: bigint | null;
  readonly connectionId: bigint | null;
  readonly activityType: ActivityType;
  /** For people; holds no secret and no record. */
  readonly detail?: string;
}

/** Writes one entry, in the transaction of what it tells of. */
export async function recordActivity(tx: ModelTx, activity: Activity): Promise<void> {
  await tx.activityLog.create({ data: { ...activity, detail: activity.detail ?? null } });
}

export interface ActivityRow {
  readonly id: bigint;
  readonly companyId: bigint | null;
  readonly activityType: string;
  readonly createdAt: Date;
}

/** The newest entries of each company, newest first. */
export function listActivities(
  db: Database,
  companyIds: readonly bigint[],
  limitPerCompany: number,
): Promise<ActivityRow[]> {
  return db.prisma.$queryRaw<ActivityRow[]>`
    SELECT a.id, a.company_id AS "companyId", a.activity_type AS "activityType", a.created_at AS "createdAt"
    FROM unnest(${[...companyIds]}::bigint[]) AS c(id)
    CROSS JOIN LATERAL (
      SELECT * FROM activity_log WHERE company_id = c.id ORDER BY id DESC LIMIT ${limitPerCompany}
    ) a
    ORDER BY a.id DESC`;
}
