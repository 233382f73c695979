import { Prisma } from '../../prisma/generated/client';
import type { Database } from '../database';
import { isAsleep } from './sleeping';

export interface CompanyView {
  readonly id: bigint;
  readonly name: string;
  readonly partnerId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const COMPANY_STATUSES = [
  'HEALTHY',
  'EXPIRED',
  'PENDING',
  'DISCONNECTED',
  'SLEEPING',
  'DELETED',
] as const;
export type CompanyStatus = (typeof COMPANY_STATUSES)[number];

export interface CompanyFilter {
  /** Companies with a live connection to one of these platforms. */
  readonly integrations: readonly string[] | undefined;
  readonly categories: readonly string[] | undefined;
  /** Companies with a live connection in one of these states; DELETED: companies that were deleted. */
  readonly statuses: readonly CompanyStatus[] | undefined;
}

const COLUMNS = Prisma.sql`co.id, co.name, co.partner_id AS "partnerId", co.created_at AS "createdAt",
  co.updated_at AS "updatedAt"`;

/** A live company; null where the organisation has none with this id. */
export async function readCompany(
  db: Database,
  input: { organisationId: bigint; companyId: bigint },
): Promise<CompanyView | null> {
  const rows = await db.prisma.$queryRaw<CompanyView[]>`
    SELECT ${COLUMNS} FROM companies co
    WHERE co.id = ${input.companyId} AND co.organisation_id = ${input.organisationId} AND co.deleted_at IS NULL`;
  return rows[0] ?? null;
}

/** A page of companies, newest first, one more than `limit` where there are more. */
export function listCompanies(
  db: Database,
  input: {
    organisationId: bigint;
    before: bigint | null;
    limit: number;
    filter: CompanyFilter;
  },
): Promise<CompanyView[]> {
  const { filter } = input;
  return db.prisma.$queryRaw<CompanyView[]>`
    SELECT ${COLUMNS} FROM companies co
    WHERE co.organisation_id = ${input.organisationId}
      AND co.id < ${input.before ?? MAX_ID}
      AND ${isFiltered(filter)}
    ORDER BY co.id DESC LIMIT ${input.limit + 1}`;
}

const MAX_ID = 9_223_372_036_854_775_807n;

/** A condition on `companies co`. */
export function isFiltered({ statuses, integrations, categories }: CompanyFilter): Prisma.Sql {
  const ofPlatform = hasConnection(integrations, Prisma.sql`c.integration_type`);
  return Prisma.sql`${hasStatus(statuses)} AND ${ofPlatform}
    AND ${hasConnection(categories, Prisma.sql`c.category`)}`;
}

function hasStatus(statuses: readonly CompanyStatus[] | undefined): Prisma.Sql {
  if (statuses === undefined || statuses.length === 0) return Prisma.sql`co.deleted_at IS NULL`;
  const alternatives: Prisma.Sql[] = [];
  if (statuses.includes('DELETED')) alternatives.push(Prisma.sql`co.deleted_at IS NOT NULL`);
  const ofConnections = statuses.filter((status) => status !== 'DELETED' && status !== 'SLEEPING');
  if (ofConnections.length > 0) {
    alternatives.push(Prisma.sql`co.deleted_at IS NULL AND EXISTS (SELECT 1 FROM connections c
      WHERE c.company_id = co.id AND c.deleted_at IS NULL AND c.status = ANY(${ofConnections}::text[]))`);
  }
  if (statuses.includes('SLEEPING')) {
    alternatives.push(Prisma.sql`co.deleted_at IS NULL AND EXISTS (SELECT 1 FROM connections c
      JOIN pulls p ON p.connection_id = c.id AND p.state = 'RUNNING'
      WHERE c.company_id = co.id AND c.deleted_at IS NULL AND ${isAsleep})`);
  }
  return Prisma.sql`(${Prisma.join(alternatives, ' OR ')})`;
}

function hasConnection(names: readonly string[] | undefined, column: Prisma.Sql): Prisma.Sql {
  if (names === undefined || names.length === 0) return Prisma.sql`true`;
  return Prisma.sql`EXISTS (SELECT 1 FROM connections c
    WHERE c.company_id = co.id AND c.deleted_at IS NULL AND ${column} = ANY(${[...names]}::text[]))`;
}
