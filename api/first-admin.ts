import { hashPassword, newPassword } from '../infra/passwords';
import type { Database } from '../store/database';
import { hasUsers } from '../store/read/users';
import { createFirstUser } from '../store/users';

/** What the first admin signs in with; there is no mail to receive there. */
export const FIRST_ADMIN = 'admin@localhost';

/**
 * Sees that an organisation has somebody who may sign in. Answers the password where it was made just now: it is shown
 * this once and kept nowhere. Once there is anybody, `adminPassword` changes nothing.
 */
export async function ensureFirstAdmin(
  db: Database,
  organisationId: bigint,
  config: { adminPassword: string | null },
): Promise<{ newPassword: string | null }> {
  if (await hasUsers(db, organisationId)) return { newPassword: null };
  const password = config.adminPassword ?? newPassword();
  const admin = await createFirstUser(db, {
    organisationId,
    email: FIRST_ADMIN,
    name: 'Admin',
    role: 'admin',
    passwordHash: await hashPassword(password),
  });
  const isShown = admin !== null && config.adminPassword === null;
  return { newPassword: isShown ? password : null };
}
