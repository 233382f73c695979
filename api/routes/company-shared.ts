import { z } from 'zod';
import { notFound } from '../../core/errors';
import { type CompanyView, readCompany } from '../../store/read/companies';
import type { ApiDeps } from '../deps';
import type { Caller } from '../http/route';
import { pathId } from '../schemas/common';

/** What the routes of one company have in common. */

export const params = z.object({ company_id: pathId });

/** The live company. Throws `AppError` (404) where the organisation has none. */
export async function mustRead(
  deps: ApiDeps,
  { organisationId }: Caller,
  companyId: bigint,
): Promise<CompanyView> {
  const company = await readCompany(deps.db, { organisationId, companyId });
  if (company === null) throw notFound('company', 'company_id');
  return company;
}
