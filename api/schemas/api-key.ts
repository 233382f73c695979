import { z } from 'zod';
import { instant, nullableInstant } from './common';

export const apiKeyAnswer = z
  .object({
    rootfi_id: z.int(),
    rootfi_created_at: instant,
    name: z.string(),
    prefix: z.string().meta({ description: 'The first characters of the key.' }),
    last_used_at: nullableInstant.meta({ description: 'To the minute.' }),
    revoked_at: nullableInstant,
  })
  .meta({ id: 'ApiKey' });
