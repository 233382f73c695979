import { notFound } from '../core/errors';
import { recordActivity } from './activity-log';
import { type Database, inTransaction, type ModelTx } from './database';
import { one } from './locks';

/** Writer of a company's own fields. Deleting one is part of deleting connections (`connections.ts`). */

/** The company that is named by its id, held so that it cannot be deleted meanwhile; or a new one of that name. */
export async function companyFor(
  tx: ModelTx,
  input: {
    readonly organisationId: bigint;
    readonly company: { readonly id: bigint } | { readonly name: string };
  },
): Promise<bigint> {
  if ('id' in input.company) {
    const company = await one(
      tx.$queryRaw<{ id: bigint }[]>`
        SELECT id FROM companies WHERE id = ${input.company.id} AND organisation_id = ${input.organisationId}
          AND deleted_at IS NULL FOR SHARE`,
    );
    if (company === null) throw notFound('company', 'company_id');
    return company.id;
  }
  const company = await tx.company.create({
    data: { organisationId: input.organisationId, name: input.company.name },
  });
  await recordActivity(tx, {
    organisationId: input.organisationId,
    companyId: company.id,
    connectionId: null,
    activityType: 'COMPANY_CREATED',
  });
  return company.id;
}

/** Absent fields stay. False where the organisation has no such company. */
export async function updateCompany(
  db: Database,
  change: {
    organisationId: bigint;
    companyId: bigint;
    name?: string | undefined;
    partnerId?: string | null | undefined;
  },
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const { count } = await tx.company.updateMany({
      where: { id: change.companyId, organisationId: change.organisationId, deletedAt: null },
      data: {
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.partnerId === undefined ? {} : { partnerId: change.partnerId }),
        updatedAt: new Date(),
      },
    });
    return count === 1;
  });
}
