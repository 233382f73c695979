import { z } from 'zod';
import { listCompanyActivity } from '../../store/read/activity';
import { cutPage, decodeId } from '../cursor';
import { route } from '../http/route';
import { iso } from '../presenters/instants';
import { cursor, instant, limit, nextCursor } from '../schemas/common';
import { mustRead, params } from './company-shared';

const activityAnswer = z
  .object({
    rootfi_id: z.int(),
    rootfi_created_at: instant,
    activity_type: z.string(),
    detail: z.string().nullable(),
    rootfi_connection_id: z.int().nullable(),
  })
  .meta({ id: 'Activity' });

const list = route({
  method: 'get',
  path: '/core/companies/{company_id}/activity',
  operationId: 'listCompanyActivity',
  tag: 'companies',
  summary: 'Lists what happened to a company, newest first',
  params,
  query: z.strictObject({ limit, next: cursor }),
  response: z.object({ data: z.array(activityAnswer), next: nextCursor }),
  errors: ['not-found', 'invalid-params'],
  async run({ params: { company_id: companyId }, query, caller, deps }) {
    await mustRead(deps, caller, companyId);
    const activityOf = `activity of ${companyId}`;
    const found = await listCompanyActivity(deps.db, {
      companyId,
      before: decodeId(activityOf, query.next, 'next'),
      limit: query.limit,
    });
    const { rows, ...cursors } = cutPage(activityOf, found, query.limit);
    return {
      data: rows.map((entry) => ({
        rootfi_id: Number(entry.id),
        rootfi_created_at: iso(entry.createdAt),
        activity_type: entry.activityType,
        detail: entry.detail,
        rootfi_connection_id: entry.connectionId === null ? null : Number(entry.connectionId),
      })),
      ...cursors,
    };
  },
});

export const activityRoutes = [list];
