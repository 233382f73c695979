import { createDatabase } from '../../../store/database';

describe('an error of the query builder', () => {
  it('tells no value that the query was given', async () => {
    // It refuses the query itself: nothing listens there.
    const db = createDatabase('postgresql://a:b@127.0.0.1:1/x', { max: 1 });
    const wrong: Record<string, unknown> = { name: { secret: 'hidden' } };
    const failure = await Reflect.apply(db.prisma.organisation.create, db.prisma.organisation, [
      { data: wrong },
    ]).catch((error: unknown) => error);
    await db.close();
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toMatch(/name/);
    expect(`${(failure as Error).message} ${(failure as Error).stack}`).not.toContain('hidden');
  });
});
