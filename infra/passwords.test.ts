import { hashPassword, isPassword, newPassword } from './passwords';

const OLD_HASH = 'Zs5JU2NO-bdJ9FjJ6Dh715TLl8xW45zhDGNs44KQfBQ';

describe('passwords', () => {
  it('are known by their hash, which holds its parameters and never repeats', async () => {
    const [one, two] = [await hashPassword('a word'), await hashPassword('a word')];
    expect(one).toMatch(/^scrypt\$15\$8\$3\$/);
    expect(one).not.toBe(two);
    expect(await isPassword('a word', one)).toBe(true);
    expect(await isPassword('another', one)).toBe(false);
  });

  it('made with other parameters stay good', async () => {
    // scrypt('pässword', 'salt', 32, {N: 1024, r: 8, p: 1}), made with node:crypto.
    const stored = `scrypt$10$8$1$c2FsdA$${OLD_HASH}`;
    expect(await isPassword('pässword', stored)).toBe(true);
    // The same letters, typed as a base letter and a mark.
    expect(await isPassword('pässword'.normalize('NFD'), stored)).toBe(true);
  });

  it.each([null, '', 'scrypt$', 'md5$1$1$1$c2FsdA$AAAA', 'scrypt$10$8$1$c2FsdA$AAAA'])(
    'match nothing where %j is stored',
    async (stored) => {
      expect(await isPassword('', stored)).toBe(false);
    },
  );

  it('are not compared for a crowd that would wait too long, and are again for the next one', async () => {
    const crowd = await Promise.allSettled(
      Array.from({ length: 32 }, () => isPassword('x', `scrypt$4$8$1$c2FsdA$${OLD_HASH}`)),
    );
    expect(crowd.filter((each) => each.status === 'rejected').length).toBe(2);
    expect(await isPassword('x', null)).toBe(false);
  });

  it('that we make are long, and never the same', () => {
    expect(newPassword()).toMatch(/^[\w-]{20}$/);
    expect(newPassword()).not.toBe(newPassword());
  });
});
