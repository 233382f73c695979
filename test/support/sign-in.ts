import type { Role } from '../../core/roles';
import { hashPassword } from '../../infra/passwords';
import { hashToken, newToken } from '../../infra/tokens';
import { createSession } from '../../store/sessions';
import { createUser } from '../../store/users';
import { type Answer, type CallOptions, call, type TestApi } from './api';

/** What a signed-in browser sends along by itself, and its pages add. */
export interface Browser {
  readonly userId: bigint;
  readonly cookie: string;
  readonly csrfToken: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

let count = 0;

export const PASSWORD = 'correct horse battery';
/** Hashing takes a while by design: once is enough. */
let hash: Promise<string> | null = null;

/** Adds a user with the password `PASSWORD`. */
export async function addUser(api: TestApi, organisationId: bigint, role: Role) {
  count += 1;
  hash ??= hashPassword(PASSWORD);
  const user = await createUser(api.database.db, {
    organisationId,
    email: `${role}-${count}@example.com`,
    name: `Somebody ${count}`,
    role,
    passwordHash: await hash,
  });
  if (user === null) throw new Error('The user was not added');
  return user;
}

/** The session's cookie of an answer, as a browser sends it back; null where it sets none. */
export function cookieOf(answer: Answer): string | null {
  return answer.headers.get('set-cookie')?.split(';')[0] ?? null;
}

export function signIn(
  api: TestApi,
  email: string,
  password = PASSWORD,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return call(api.url, 'POST', '/v3/core/session', { body: { email, password }, headers });
}

/** A new user's browser, signed in (without the password, whose comparing takes a while by design). */
export async function openBrowser(
  api: TestApi,
  organisationId: bigint,
  role: Role,
): Promise<Browser> {
  const user = await addUser(api, organisationId, role);
  const token = newToken();
  const csrfToken = newToken();
  await createSession(api.database.db, {
    userId: user.id,
    checkedHash: null,
    tokenHash: hashToken(token),
    csrfToken,
  });
  return browser(api, { userId: user.id, cookie: `syncline_session=${token}`, csrfToken });
}

/** The browser that was answered so. */
export function browserOf(api: TestApi, userId: bigint, answer: Answer): Browser {
  const cookie = cookieOf(answer);
  if (cookie === null) throw new Error(`Not signed in: ${JSON.stringify(answer.body)}`);
  return browser(api, { userId, cookie, csrfToken: answer.body.data.csrf_token });
}

function browser(api: TestApi, signedIn: Omit<Browser, 'call'>): Browser {
  const { cookie, csrfToken } = signedIn;
  return {
    ...signedIn,
    call: (method, path, options = {}) =>
      call(api.url, method, path, {
        ...options,
        headers: { cookie, 'x-csrf-token': csrfToken, ...options.headers },
      }),
  };
}
