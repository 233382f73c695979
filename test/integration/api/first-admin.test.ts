import { ensureFirstAdmin } from '../../../api/first-admin';
import { isPassword } from '../../../infra/passwords';
import { findUser } from '../../../store/read/users';
import { createTestDatabase, type TestDatabase } from '../../support/database';

describe('the first admin of an installation', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const run = async (adminPassword: string | null = null, organisationId = 1n) =>
    (await ensureFirstAdmin(database.db, organisationId, { adminPassword })).newPassword;
  const isIn = async (password: string | null) => {
    const admin = await findUser(database.db, 'admin@localhost');
    return isPassword(password ?? '', admin?.passwordHash ?? null);
  };

  it('is made once, with a password that is told once', async () => {
    const password = await run();
    expect(password).toMatch(/^[\w-]{20}$/);
    expect(await isIn(password)).toBe(true);
    expect(await run()).toBeNull();
    expect(await run('another of twelve characters')).toBeNull();
    expect(await isIn(password)).toBe(true);
    expect(await database.db.prisma.user.findMany()).toMatchObject([
      { email: 'admin@localhost', role: 'admin', organisationId: 1n },
    ]);
  });

  it('has the password of the environment where there is one, which is not told', async () => {
    expect(await run('one of twelve characters')).toBeNull();
    expect(await isIn('one of twelve characters')).toBe(true);
  });

  it('is one person where two processes start at one instant', async () => {
    const told = await Promise.all([run(), run()]);
    const passwords = told.filter((each) => each !== null);
    expect(passwords.length).toBe(1);
    expect(await isIn(passwords[0] ?? null)).toBe(true);
    expect(await database.db.prisma.user.count()).toBe(1);
  });
});
