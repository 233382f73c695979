import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureFirstKey } from '../../../api/first-key';
import { hashApiKey } from '../../../infra/api-keys';
import { findApiKey } from '../../../store/api-keys';
import { createTestDatabase, type TestDatabase } from '../../support/database';

describe('the first key of an installation', () => {
  let database: TestDatabase;
  let home: string;
  beforeEach(async () => {
    database = await createTestDatabase();
    home = mkdtempSync(path.join(tmpdir(), 'syncline-home-'));
  });
  afterEach(async () => {
    rmSync(home, { recursive: true });
    await database.drop();
  });

  const run = (bootstrapApiKey: string | null = null) =>
    ensureFirstKey(database.db, { home, bootstrapApiKey });
  const knows = async (key: string) => (await findApiKey(database.db, hashApiKey(key))) !== null;

  it('is made with the organisation "Demo", and kept where only its owner can read it', async () => {
    const { keyFile, newKey } = await run();
    const kept = readFileSync(keyFile, 'utf8').trim();
    expect(newKey).toBe(kept);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(await knows(kept)).toBe(true);
    const organisations = await database.db.prisma.organisation.findMany();
    expect(organisations.map((one) => one.name)).toEqual(['Demo']);
  });

  it('is the same at the next start', async () => {
    const first = await run();
    const second = await run();
    expect(second).toEqual({ ...first, newKey: null });
    expect(await database.db.prisma.apiKey.count()).toBe(1);
    expect(await database.db.prisma.organisation.count()).toBe(1);
  });

  it('is made anew when its file is gone', async () => {
    const first = await run();
    rmSync(first.keyFile);
    const second = await run();
    expect(second.newKey).not.toBe(first.newKey);
    expect(await knows(second.newKey ?? '')).toBe(true);
  });

  it('works again in a database made anew', async () => {
    const { newKey } = await run();
    await database.db.prisma.apiKey.deleteMany();
    await run();
    expect(await knows(newKey ?? '')).toBe(true);
  });

  it('is joined by the key of the environment, once', async () => {
    await run('a key of sixteen characters');
    await run('a key of sixteen characters');
    expect(await knows('a key of sixteen characters')).toBe(true);
    expect(await database.db.prisma.apiKey.count()).toBe(2);
  });

  it('is one organisation where two processes start at one instant', async () => {
    await Promise.all([run(), run()]);
    expect(await database.db.prisma.organisation.count()).toBe(1);
    const kept = readFileSync(path.join(home, 'api-key'), 'utf8').trim();
    expect(await knows(kept)).toBe(true);
  });
});
