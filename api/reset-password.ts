import type { ApiConfig } from '../infra/config';
import { hashPassword, newPassword } from '../infra/passwords';
import type { Database } from '../store/database';
import { findFirstAdmin, findUser } from '../store/read/users';
import { updateUser } from '../store/users';
import { oneShot } from './one-shot';

/**
 * For an operator whose admin has lost the password: gives somebody (the first admin, or the e-mail address given) a new
 * one, prints it, and ends their sessions. `SYNCLINE_ADMIN_PASSWORD` is taken where it is set.
 */
async function resetPassword(db: Database, config: ApiConfig): Promise<void> {
  const password = config.adminPassword ?? newPassword();
  const email = await reset(db, process.argv[2], password);
  if (email === null) {
    process.stderr.write('Nobody signs in with this e-mail address.\n');
    process.exitCode = 1;
    return;
  }
  const told = config.adminPassword === null ? password : 'that of SYNCLINE_ADMIN_PASSWORD';
  process.stdout.write(`New password of ${email}: ${told}\n`);
}

/** The e-mail address of whom it was; null where there is nobody. */
async function reset(
  db: Database,
  email: string | undefined,
  password: string,
): Promise<string | null> {
  const user =
    email === undefined ? await findFirstAdmin(db) : await findUser(db, email.toLowerCase());
  if (user === null) return null;
  const { organisationId, id: userId } = user;
  const passwordHash = await hashPassword(password);
  const changed = await updateUser(
    db,
    { organisationId, userId },
    { name: undefined, role: undefined, passwordHash },
  );
  return changed?.email ?? null;
}

void oneShot(resetPassword);
