import type { z } from 'zod';
import type { ShownApiKey } from '../../store/api-keys';
import type { apiKeyAnswer } from '../schemas/api-key';
import { iso, isoOrNull } from './instants';

export function presentApiKey(key: ShownApiKey): z.input<typeof apiKeyAnswer> {
  return {
    rootfi_id: Number(key.id),
    rootfi_created_at: iso(key.createdAt),
    name: key.name,
    prefix: key.prefix,
    last_used_at: isoOrNull(key.lastUsedAt),
    revoked_at: isoOrNull(key.revokedAt),
  };
}
