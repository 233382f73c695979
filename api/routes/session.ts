import { z } from 'zod';
import { AppError } from '../../core/errors';
import { hashPassword, isPassword } from '../../infra/passwords';
import { hashToken, newToken } from '../../infra/tokens';
import { findFirstAdmin, findUser, passwordHashOf, readSignedIn } from '../../store/read/users';
import { createSession, endSession, type SessionRow } from '../../store/sessions';
import { changePassword } from '../../store/users';
import type { ApiDeps } from '../deps';
import type { Exchange } from '../http/exchange';
import { isAtThisMachine } from '../http/local-sign-in';
import { type Caller, publicRoute, route } from '../http/route';
import { SESSION_COOKIE, sessionOf } from '../http/session';
import { presentSession } from '../presenters/user';
import { success } from '../schemas/common';
import { email, givenPassword, password, sessionAnswer } from '../schemas/session';

const signIn = publicRoute({
  method: 'post',
  path: '/core/session',
  operationId: 'signIn',
  tag: 'session',
  summary: 'Signs a browser in',
  description:
    'Sets the cookie `syncline_session`. After 10 failures for one e-mail address, or 30 from one place, within 15 minutes: 429 with `Retry-After`.',
  body: z.strictObject({ email, password: givenPassword }),
  response: z.object({ data: sessionAnswer }),
  errors: ['unauthorized', 'operation-denied'],
  async run({ body, exchange, deps }) {
    refuseOtherSites(exchange);
    const user = await findUser(deps.db, body.email);
    const isRight = await deps.signInLimit.succeeds(exchange, body.email, () =>
      isPassword(body.password, user?.passwordHash ?? null),
    );
    if (user === null || !isRight) throw refusal();
    return begin(deps, exchange, { userId: user.id, checkedHash: user.passwordHash });
  },
});

const signInHere = publicRoute({
  method: 'post',
  path: '/core/session/local',
  operationId: 'signInLocally',
  tag: 'session',
  summary: 'Signs in whoever sits at this machine, as the first admin',
  description:
    'Only where `local_sign_in` of `GET /core/session` says so: an installation that nobody else can reach.',
  response: z.object({ data: sessionAnswer }),
  errors: ['operation-denied'],
  async run({ exchange, deps }) {
    if (!deps.config.localSignIn || !isAtThisMachine(exchange)) {
      throw new AppError('operation-denied', 'Sign in with your e-mail address and password.');
    }
    const admin = await findFirstAdmin(deps.db);
    if (admin === null) throw new AppError('operation-denied', 'There is no admin yet.');
    return begin(deps, exchange, { userId: admin.id, checkedHash: null });
  },
});

const read = publicRoute({
  method: 'get',
  path: '/core/session',
  operationId: 'getSession',
  tag: 'session',
  summary: 'Who is signed in',
  description:
    'Null where nobody is. `local_sign_in`: whether one click signs in, without a password.',
  response: z.object({ data: sessionAnswer.nullable(), local_sign_in: z.boolean() }),
  errors: [],
  async run({ exchange, deps }) {
    const session = await sessionOf(deps.db, exchange.cookie(SESSION_COOKIE));
    return {
      data: session === null ? null : await present(deps, session),
      local_sign_in: deps.config.localSignIn && isAtThisMachine(exchange),
    };
  },
});

const signOut = route({
  method: 'delete',
  path: '/core/session',
  operationId: 'signOut',
  tag: 'session',
  summary: 'Signs a browser out',
  needs: 'read-only',
  response: success,
  errors: [],
  async run({ caller, exchange, deps }) {
    await endSession(deps.db, signedIn(caller).sessionId);
    exchange.clearCookie(SESSION_COOKIE);
    return { status: 'success' as const };
  },
});

const putPassword = route({
  method: 'put',
  path: '/core/session/password',
  operationId: 'changePassword',
  tag: 'session',
  summary: 'Changes your own password',
  description: 'Ends all your other sessions.',
  needs: 'read-only',
  body: z.strictObject({ current_password: givenPassword, new_password: password }),
  response: success,
  errors: [],
  async run({ body, caller, exchange, deps }) {
    const { userId, sessionId } = signedIn(caller);
    const stored = await passwordHashOf(deps.db, userId);
    // Whoever found a browser open must not get to guess.
    const isRight = await deps.signInLimit.succeeds(exchange, `user ${userId}`, () =>
      isPassword(body.current_password, stored),
    );
    if (!isRight) {
      throw new AppError('invalid-params', 'Invalid field: current_password. It is not right.', {
        field: 'current_password',
      });
    }
    const passwordHash = await hashPassword(body.new_password);
    await changePassword(deps.db, { userId, sessionId, passwordHash });
    return { status: 'success' as const };
  },
});

export const sessionRoutes = [signInHere, signIn, read, signOut, putPassword];

async function begin(
  deps: ApiDeps,
  exchange: Exchange,
  user: { userId: bigint; checkedHash: string | null },
) {
  const token = newToken();
  const tokenHash = hashToken(token);
  const begun = await createSession(deps.db, { ...user, tokenHash, csrfToken: newToken() });
  const session = begun === null ? null : await sessionOf(deps.db, token);
  // Removed, or given another password, while this one was compared.
  if (session === null) throw refusal();
  await endFormer(deps, exchange);
  exchange.setCookie(SESSION_COOKIE, token, { maxAgeMs: session.expiresInMs });
  return { data: await present(deps, session) };
}

/** A browser that signs in again must not leave its former session behind. */
async function endFormer(deps: ApiDeps, exchange: Exchange): Promise<void> {
  const former = await sessionOf(deps.db, exchange.cookie(SESSION_COOKIE));
  if (former !== null) await endSession(deps.db, former.id);
}

async function present(deps: ApiDeps, session: SessionRow) {
  const user = await readSignedIn(deps.db, session.userId);
  if (user === null) throw refusal();
  return presentSession(user, session, deps.config);
}

/** In the same words whatever was wrong: nobody may learn who is known. */
function refusal(): AppError {
  return new AppError('unauthorized', 'This e-mail address and password do not go together.');
}

/** A page elsewhere must not sign its visitors in to an account of its own choice. */
function refuseOtherSites(exchange: Exchange): void {
  if (exchange.header('sec-fetch-site') === 'cross-site') {
    throw new AppError('operation-denied', "Another site's page cannot sign you in.");
  }
}

function signedIn(caller: Caller) {
  if (caller.by === 'session') return caller;
  throw new AppError('operation-denied', 'An API key has no session: this is for people.');
}
