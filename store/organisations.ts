import { recordActivity } from './activity-log';
import { type Database, inTransaction, type ModelTx } from './database';

/** Writer of organisations. */

export interface OrganisationRow {
  readonly id: bigint;
  readonly name: string;
}

/** Advisory lock of whoever makes the first organisation, so that two processes of a new home make one. */
const FIRST_ORGANISATION_LOCK = 7_501_001;

/** The oldest organisation, made with this name where there is none. */
export function ensureFirstOrganisation(
  db: Database,
  name: string,
): Promise<{ organisation: OrganisationRow; isNew: boolean }> {
  return inTransaction(db, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_ORGANISATION_LOCK})`;
    const first = await firstOrganisation(tx);
    if (first !== null) return { organisation: first, isNew: false };
    const organisation = await tx.organisation.create({ data: { name } });
    await recordActivity(tx, {
      organisationId: organisation.id,
      companyId: null,
      connectionId: null,
      activityType: 'ORG_CREATED',
    });
    return { organisation, isNew: true };
  });
}

function firstOrganisation(tx: ModelTx): Promise<OrganisationRow | null> {
  return tx.organisation.findFirst({ orderBy: { id: 'asc' } });
}
