import { z } from 'zod';
import { rootfiFields } from './common';
import { connectionAnswer } from './connection';
import { inviteLinkOfCompany } from './invite-link';

export const companyAnswer = z
  .object({
    ...rootfiFields,
    name: z.string(),
    partner_id: z.string().nullable(),
    invite_link: inviteLinkOfCompany
      .nullable()
      .optional()
      .meta({ description: 'The newest one; null where it has none.' }),
    connections: z.array(connectionAnswer).optional(),
    activity_log: z
      .array(z.object({ ...rootfiFields, activity_type: z.string() }))
      .optional()
      .meta({ description: 'The newest entries, newest first.' }),
  })
  .meta({ id: 'Company' });
