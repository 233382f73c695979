import { AppError } from '../../core/errors';
import { exchangeFrom as from } from '../../test/support/exchange';
import { createSignInLimit, type SignInLimit } from './sign-in-limit';

async function isRefused(limit: SignInLimit, address: string, email: string): Promise<boolean> {
  try {
    await limit.succeeds(from(address), email, async () => false);
    return false;
  } catch (error) {
    if (error instanceof AppError && error.code === 'rate-limited') return true;
    throw error;
  }
}

async function fail(limit: SignInLimit, times: number, name: (index: number) => [string, string]) {
  // At once: none may slip through while others are being compared.
  await Promise.all(
    Array.from({ length: times }, (_, index) => {
      const [address, email] = name(index);
      return limit.succeeds(from(address), email, async () => false);
    }),
  );
}

describe('the limit of sign-ins', () => {
  it('refuses an eleventh try for one e-mail address, and that one alone', async () => {
    const limit = createSignInLimit();
    await fail(limit, 10, (index) => [`198.51.100.${index}`, 'a@example.com']);
    expect(await isRefused(limit, '198.51.100.99', 'a@example.com')).toBe(true);
    expect(await isRefused(limit, '198.51.100.99', 'b@example.com')).toBe(false);
  });

  it('refuses a thirty-first from one place, and from that one alone', async () => {
    const limit = createSignInLimit();
    await fail(limit, 30, (index) => ['198.51.100.1', `${index}@example.com`]);
    expect(await isRefused(limit, '198.51.100.1', 'new@example.com')).toBe(true);
    expect(await isRefused(limit, '198.51.100.2', 'new@example.com')).toBe(false);
  });

  it('counts no try that succeeded, and forgets the failures before it', async () => {
    const limit = createSignInLimit();
    await fail(limit, 9, (index) => [`198.51.100.${index}`, 'a@example.com']);
    for (let count = 0; count < 40; count += 1) {
      await limit.succeeds(from('198.51.100.50'), 'a@example.com', async () => true);
    }
    await fail(limit, 10, (index) => [`203.0.113.${index}`, 'a@example.com']);
    expect(await isRefused(limit, '203.0.113.99', 'a@example.com')).toBe(true);
  });

  it('counts no try that could not be made', async () => {
    const limit = createSignInLimit();
    for (let count = 0; count < 40; count += 1) {
      const outage = limit.succeeds(from('198.51.100.1'), 'a@example.com', () =>
        Promise.reject(new Error('the database is down')),
      );
      await expect(outage).rejects.toThrow('the database is down');
    }
    expect(await isRefused(limit, '198.51.100.1', 'a@example.com')).toBe(false);
  });
});
