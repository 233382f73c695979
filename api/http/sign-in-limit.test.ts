import { AppError } from '../../core/errors';
import type { Exchange } from './exchange';
import { createSignInLimit, type SignInLimit } from './sign-in-limit';

function from(address: string): Exchange {
  return {
    address,
    peer: address,
    header: () => undefined,
    cookie: () => undefined,
    setCookie: () => undefined,
    clearCookie: () => undefined,
    setHeader: () => undefined,
  };
}

async function isRefused(limit: SignInLimit, address: string, email: string): Promise<boolean> {
  try {
    await limit.take(from(address), email);
    return false;
  } catch (error) {
    if (error instanceof AppError && error.code === 'rate-limited') return true;
    throw error;
  }
}

async function fail(limit: SignInLimit, times: number, name: (index: number) => [string, string]) {
  for (let index = 0; index < times; index += 1)
    await limit.take(from(name(index)[0]), name(index)[1]);
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
      const takeBack = await limit.take(from('198.51.100.50'), 'a@example.com');
      await takeBack();
    }
    await fail(limit, 10, (index) => [`203.0.113.${index}`, 'a@example.com']);
    expect(await isRefused(limit, '203.0.113.99', 'a@example.com')).toBe(true);
  });
});
