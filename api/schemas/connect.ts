import { z } from 'zod';
import { INVITE_LINK_STATUSES } from '../../core/invite-link';
import { CONNECTION_STATUSES, INTEGRATION_CATEGORIES } from '../../core/names';
import { FIRST_SYNC_STATES } from '../../core/first-sync';
import { ACCESS_KINDS } from '../../core/scopes';
import { DATA_MODELS } from '../../core/unified/models';

const credentialField = z
  .object({
    name: z.string().meta({ description: 'Its key in `credentials`.' }),
    label: z.string(),
    type: z.enum(['text', 'password', 'url']),
    required: z.boolean(),
    help: z.string().nullable(),
  })
  .meta({ id: 'CredentialField' });

const platform = {
  integration_type: z.string(),
  name: z.string(),
  category: z.enum(INTEGRATION_CATEGORIES),
  auth: z.enum(['oauth', 'credentials']).meta({
    description: 'Whether customers connect by consenting at the platform, or by a form.',
  }),
  fields: z.array(credentialField).meta({ description: 'The form; empty for `oauth`.' }),
};

export const platformAnswer = z
  .object({ ...platform, data_models: z.array(z.enum(DATA_MODELS)) })
  .meta({ id: 'Platform' });

const scope = z
  .object({
    data_model: z.enum(DATA_MODELS),
    access: z.array(z.enum(ACCESS_KINDS)),
    words: z.string().meta({ description: 'For the customer: "Read your invoices".' }),
  })
  .meta({ id: 'Scope' });

export const openedLinkAnswer = z
  .object({
    invite_link_id: z.uuid(),
    url: z.url().meta({ description: 'Where this page must be open for a consent to find back.' }),
    organisation_name: z.string(),
    company_name: z.string().nullable().meta({ description: 'null = ask for it.' }),
    status: z.enum(INVITE_LINK_STATUSES),
    reconnects: z
      .object({ integration_type: z.string(), name: z.string() })
      .nullable()
      .meta({ description: 'The connection that is to be healed; null where a new one is made.' }),
    platforms: z
      .array(z.object({ ...platform, scopes: z.array(scope) }).meta({ id: 'OfferedPlatform' }))
      .meta({ description: 'None once the link is closed.' }),
  })
  .meta({ id: 'OpenedLink' });

export const progressAnswer = z
  .object({
    integration_type: z.string(),
    connection_status: z.enum(CONNECTION_STATUSES),
    done: z.boolean().meta({ description: 'Nothing is left to wait for.' }),
    failed: z.boolean().meta({ description: 'Done, and some of it could not be loaded.' }),
    models: z.array(
      z
        .object({
          data_model: z.enum(DATA_MODELS),
          status: z.enum(FIRST_SYNC_STATES),
          records: z.int(),
          pages: z.int(),
          message: z.string().nullable(),
        })
        .meta({ id: 'FirstSyncModel' }),
    ),
  })
  .meta({ id: 'Progress' });
