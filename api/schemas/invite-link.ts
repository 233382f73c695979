import { z } from 'zod';
import { DEFAULT_LINK_DAYS, INVITE_LINK_STATUSES } from '../../core/invite-link';
import { CONNECTION_STATUSES, INTEGRATION_CATEGORIES } from '../../core/names';
import { nullableInstant, rootfiFields } from './common';
import { connectionAnswer, SYNC_STATUSES } from './connection';
import { syncConfigAnswer } from './sync-config';

const { rate_limits, sync_config } = connectionAnswer.shape;

/** A connection as invite links show it: `status` is what other answers call `connection_status`. */
const inviteLinkConnection = z
  .object({
    ...rootfiFields,
    integration_type: z.string(),
    category: z.enum(INTEGRATION_CATEGORIES),
    status: z.enum(CONNECTION_STATUSES),
    sync_status: z.enum(SYNC_STATUSES),
    rate_limits,
    sync_config,
  })
  .meta({ id: 'InviteLinkConnection' });

/** A link as its company shows it. */
export const inviteLinkOfCompany = z.object({
  ...rootfiFields,
  invite_link_id: z.uuid(),
  integrations: z.array(z.string()),
  integration_categories: z.array(z.enum(INTEGRATION_CATEGORIES)),
});

export const inviteLinkAnswer = z
  .object({
    ...inviteLinkOfCompany.shape,
    company: z.object({ ...rootfiFields, name: z.string() }),
    connections: z
      .array(inviteLinkConnection)
      .nullable()
      .optional()
      .meta({ description: 'The connection made through it; null while there is none.' }),
    url: z.url().meta({ description: 'The page to send to the customer.' }),
    status: z.enum(INVITE_LINK_STATUSES).meta({
      description:
        'USED while the connection it made is HEALTHY, and once that was deleted; any other state of the connection opens the link again, to reconnect.',
    }),
    expires_at: nullableInstant,
    sync_config: z
      .array(syncConfigAnswer)
      .nullable()
      .meta({ description: "What the connection made by it gets; null = the organisation's." }),
  })
  .meta({ id: 'InviteLink' });

export const inviteLinkData = z.object({ data: inviteLinkAnswer });

/** How long a link works, in a request. */
export const expiresInDays = z
  .int('Must be a whole number of days.')
  .min(1, 'Must be 1 or more.')
  .max(3_650, 'Must be at most 3650.')
  .nullish()
  .meta({
    description: `Counted from now. Default ${DEFAULT_LINK_DAYS}; null = it never expires.`,
  });
