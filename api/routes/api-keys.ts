import { z } from 'zod';
import { notFound } from '../../core/errors';
import { hashApiKey, newApiKey, shownPrefix } from '../../infra/api-keys';
import { createApiKey, listApiKeys, revokeApiKey } from '../../store/api-keys';
import { route } from '../http/route';
import { presentApiKey } from '../presenters/api-key';
import { apiKeyAnswer } from '../schemas/api-key';
import { pathId, success } from '../schemas/common';

const list = route({
  method: 'get',
  path: '/core/api_keys',
  operationId: 'listApiKeys',
  tag: 'API keys',
  summary: 'Lists API keys, newest first, with those that were revoked',
  needs: 'admin',
  response: z.object({ data: z.array(apiKeyAnswer) }),
  errors: [],
  async run({ caller, deps }) {
    const keys = await listApiKeys(deps.db, caller.organisationId);
    return { data: keys.map(presentApiKey) };
  },
});

const create = route({
  method: 'post',
  path: '/core/api_keys',
  operationId: 'createApiKey',
  tag: 'API keys',
  summary: 'Makes an API key',
  description: 'The key is answered this once: only its hash is kept.',
  needs: 'admin',
  body: z.strictObject({
    name: z.string('Must be text.').trim().min(1, 'Must not be blank.').max(100),
  }),
  response: z.object({ data: apiKeyAnswer, key: z.string() }),
  errors: [],
  async run({ body, caller, deps }) {
    const key = newApiKey();
    const made = await createApiKey(deps.db, {
      organisationId: caller.organisationId,
      name: body.name,
      prefix: shownPrefix(key),
      hash: hashApiKey(key),
    });
    return { data: presentApiKey(made), key };
  },
});

const revoke = route({
  method: 'delete',
  path: '/core/api_keys/{api_key_id}',
  operationId: 'revokeApiKey',
  tag: 'API keys',
  summary: 'Revokes an API key, at once',
  description: 'The key stays in the list. Revoking it again changes nothing.',
  needs: 'admin',
  params: z.object({ api_key_id: pathId }),
  response: success,
  errors: ['not-found'],
  async run({ params: { api_key_id: keyId }, caller, deps }) {
    const { organisationId } = caller;
    if (!(await revokeApiKey(deps.db, { organisationId, keyId }))) {
      throw notFound('API key', 'api_key_id');
    }
    return { status: 'success' as const };
  },
});

export const apiKeyRoutes = [list, create, revoke];
