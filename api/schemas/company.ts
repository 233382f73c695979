import { z } from 'zod';
import { INTEGRATION_CATEGORIES } from '../../core/names';
import { rootfiFields } from './common';
import { connectionAnswer } from './connection';

export const companyAnswer = z
  .object({
    ...rootfiFields,
    name: z.string(),
    partner_id: z.string().nullable(),
    invite_link: z
      .object({
        ...rootfiFields,
        invite_link_id: z.string(),
        integrations: z.array(z.string()),
        integration_categories: z.array(z.enum(INTEGRATION_CATEGORIES)),
      })
      .nullable(),
    connections: z.array(connectionAnswer).optional(),
    activity_log: z
      .array(z.object({ ...rootfiFields, activity_type: z.string() }))
      .optional()
      .meta({ description: 'The newest entries, newest first.' }),
  })
  .meta({ id: 'Company' });
