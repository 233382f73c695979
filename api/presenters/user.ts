import type { z } from 'zod';
import { VERSION } from '../../infra/version';
import type { UserRow } from '../../store/read/users';
import type { ApiDeps } from '../deps';
import type { sessionAnswer, userAnswer } from '../schemas/session';
import { iso, isoOrNull } from './instants';

export function presentUser(user: UserRow): z.input<typeof userAnswer> {
  return {
    rootfi_id: Number(user.id),
    rootfi_created_at: iso(user.createdAt),
    rootfi_updated_at: iso(user.updatedAt),
    email: user.email,
    name: user.name,
    role: user.role,
    last_sign_in_at: isoOrNull(user.lastSignInAt),
  };
}

/** What a signed-in browser knows of itself, and of this installation. */
export function presentSession(
  user: UserRow & { readonly organisationName: string },
  session: { readonly csrfToken: string; readonly expiresAt: Date },
  config: ApiDeps['config'],
): z.input<typeof sessionAnswer> {
  return {
    user: presentUser(user),
    organisation: { name: user.organisationName },
    csrf_token: session.csrfToken,
    expires_at: iso(session.expiresAt),
    temporal_ui_url: config.temporalUiUrl,
    temporal_namespace: config.temporal.namespace,
    public_url: config.publicUrl,
    version: VERSION,
  };
}
