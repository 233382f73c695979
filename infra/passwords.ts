import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { AppError } from '../core/errors';

/** How passwords are made and what is kept of them. */

/** A password somebody is to have. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;

/** Cost that OWASP names for scrypt (N = 2^15, r = 8, p = 3): 32 MB and a good tenth of a second a guess. */
const COST = { logN: 15, r: 8, p: 3 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** What a stored hash may ask for at most; one made elsewhere must not exhaust this process. */
const MAX_MEMORY = 256 * 1024 * 1024;

interface Parts {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
}

/** A new password: 120 random bits, in letters that survive being copied. */
export function newPassword(): string {
  return randomBytes(15).toString('base64url');
}

/** What is stored in place of a password: `scrypt$<log2 N>$<r>$<p>$<salt>$<hash>`. */
export async function hashPassword(password: string): Promise<string> {
  const parts = { ...COST, salt: randomBytes(SALT_BYTES) };
  const hash = await derive(password, parts);
  const { logN, r, p, salt } = parts;
  return ['scrypt', logN, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Whether a password is the one that was hashed. Without a hash, false, after as long as with one: nobody may learn by
 * the time who is known.
 */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const known = stored === null ? null : parse(stored);
  if (known === null) {
    await derive(password, { ...COST, salt: Buffer.alloc(SALT_BYTES) });
    return false;
  }
  return timingSafeEqual(await derive(password, known), known.hash);
}

function parse(stored: string): (Parts & { readonly hash: Buffer }) | null {
  const [scheme, logN, r, p, salt, hash] = stored.split('$');
  if (scheme !== 'scrypt' || salt === undefined || hash === undefined) return null;
  const bytes = Buffer.from(hash, 'base64url');
  if (bytes.length !== HASH_BYTES) return null;
  return {
    logN: Number(logN),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64url'),
    hash: bytes,
  };
}

/** Whoever comes after these would wait longer than a caller does. */
const MOST_WAITING = 30;

let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** One at a time: a crowd of sign-ins must not take the threads that look up names and read files. */
async function derive(password: string, parts: Parts): Promise<Buffer> {
  if (waiting >= MOST_WAITING) {
    throw new AppError(
      'unavailable',
      'Too many sign in at this moment: try again in a few seconds.',
    );
  }
  waiting += 1;
  const next = last.then(() => derived(password, parts));
  last = next.catch(() => undefined);
  try {
    return await next;
  } finally {
    waiting -= 1;
  }
}

function derived(password: string, { logN, r, p, salt }: Parts): Promise<Buffer> {
  // The same letters may be typed as different code points.
  const text = password.normalize('NFKC');
  const options = { N: 2 ** logN, r, p, maxmem: MAX_MEMORY };
  return new Promise((resolve, reject) => {
    scrypt(text, salt, HASH_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
