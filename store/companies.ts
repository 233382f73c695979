import { type Database, inTransaction } from './database';

/** Changes of a company's own fields. Making and deleting one is part of connecting and deleting (`connections.ts`). */

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
