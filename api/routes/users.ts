import { z } from 'zod';
import { AppError, notFound } from '../../core/errors';
import { hashPassword, newPassword } from '../../infra/passwords';
import { listUsers } from '../../store/read/users';
import { createUser, removeUser, updateUser } from '../../store/users';
import { route } from '../http/route';
import { presentUser } from '../presenters/user';
import { pathId, success } from '../schemas/common';
import { email, password, personName, role, userAnswer } from '../schemas/session';

const params = z.object({ user_id: pathId });
const response = z.object({ data: userAnswer });

const list = route({
  method: 'get',
  path: '/core/users',
  operationId: 'listUsers',
  tag: 'users',
  summary: 'Lists the people of your organisation, oldest first',
  needs: 'admin',
  response: z.object({ data: z.array(userAnswer) }),
  errors: [],
  async run({ caller, deps }) {
    const users = await listUsers(deps.db, caller.organisationId);
    return { data: users.map(presentUser) };
  },
});

const create = route({
  method: 'post',
  path: '/core/users',
  operationId: 'createUser',
  tag: 'users',
  summary: 'Adds somebody who may sign in',
  description: 'Without a `password` one is made, and answered this once.',
  needs: 'admin',
  body: z.strictObject({
    email,
    name: personName.optional(),
    role,
    password: password.optional(),
  }),
  response: z.object({ data: userAnswer, password: z.string().nullable() }),
  errors: ['conflict'],
  async run({ body, caller, deps }) {
    const made = body.password === undefined ? newPassword() : null;
    const user = await createUser(deps.db, {
      organisationId: caller.organisationId,
      email: body.email,
      name: body.name ?? body.email,
      role: body.role,
      passwordHash: await hashPassword(body.password ?? made ?? ''),
    });
    if (user === null) {
      throw new AppError('conflict', 'Somebody signs in with this e-mail address already.', {
        field: 'email',
      });
    }
    return { data: presentUser(user), password: made };
  },
});

const update = route({
  method: 'put',
  path: '/core/users/{user_id}',
  operationId: 'updateUser',
  tag: 'users',
  summary: "Changes somebody's name, role or password",
  description:
    'Another role or password ends their sessions. The last admin stays one: 409 `conflict`.',
  needs: 'admin',
  params,
  body: z.strictObject({
    name: personName.optional(),
    role: role.optional(),
    password: password.optional(),
  }),
  response,
  errors: ['not-found', 'conflict'],
  async run({ params: { user_id: userId }, body, caller, deps }) {
    const user = await updateUser(
      deps.db,
      { organisationId: caller.organisationId, userId },
      {
        name: body.name,
        role: body.role,
        passwordHash: body.password === undefined ? undefined : await hashPassword(body.password),
      },
    );
    if (user === null) throw notFound('user', 'user_id');
    return { data: presentUser(user) };
  },
});

const remove = route({
  method: 'delete',
  path: '/core/users/{user_id}',
  operationId: 'deleteUser',
  tag: 'users',
  summary: 'Removes somebody, and ends their sessions',
  description: 'The last admin stays: 409 `conflict`.',
  needs: 'admin',
  params,
  response: success,
  errors: ['not-found', 'conflict'],
  async run({ params: { user_id: userId }, caller, deps }) {
    const { organisationId } = caller;
    if (!(await removeUser(deps.db, { organisationId, userId }))) {
      throw notFound('user', 'user_id');
    }
    return { status: 'success' as const };
  },
});

export const userRoutes = [list, create, update, remove];
