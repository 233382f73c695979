import { z } from 'zod';
import { AppError, notFound } from '../../core/errors';
import { syncConfigList } from '../../core/sync-config';
import {
  createConnection,
  deleteConnection,
  disconnectConnection,
  pauseConnection,
  reconnectConnection,
  resumeConnection,
} from '../../store/connections';
import { readCredentials } from '../../store/credentials';
import {
  type ConnectionView,
  findConnectionOfCompany,
  listConnections,
  readConnections,
} from '../../store/read/connections';
import { readModels } from '../../store/read/models';
import type { Changed } from '../../workflows/contract';
import { cutPage, decodeId } from '../cursor';
import type { ApiDeps } from '../deps';
import { type Caller, route } from '../http/route';
import { readableModels } from '../platforms';
import { presentConnection } from '../presenters/connection';
import { presentExplanation, presentModel } from '../presenters/model';
import {
  bodyId,
  cursor,
  jsonObject,
  limit,
  nextCursor,
  pathId,
  queryId,
  success,
} from '../schemas/common';
import { connectionAnswer, explanationAnswer, modelAnswer } from '../schemas/connection';
import { syncAnswer } from '../schemas/sync';
import { refuseUnreadable } from './sync-configs';
import { idempotencyOf, requestAndRead } from './syncs';

const params = z.object({ connection_id: pathId });
const connectionData = z.object({ data: connectionAnswer });
/** One call to a platform that may take its time. */
const PLATFORM_CALL_LIMIT_MS = 30_000;

const credentials = jsonObject.meta({
  override: { type: 'object' },
  description: 'What the platform asks for; for ROOTFI_SANDBOX `{tenant_id}`.',
});

const connect = route({
  method: 'post',
  path: '/core/connections',
  operationId: 'createConnection',
  tag: 'connections',
  summary: 'Connects a company to a platform account and starts its first sync',
  description:
    'Name a company that exists, or a new one. The credentials are tried with one call first; refused ones leave nothing behind.',
  timeLimitMs: PLATFORM_CALL_LIMIT_MS,
  body: z
    .strictObject({
      company_id: bodyId.optional(),
      company_name: z.string().trim().min(1, 'Must not be blank.').max(500).optional(),
      integration_type: z.string('Must be text.').min(1).max(100),
      credentials,
      settings: jsonObject.optional(),
      sync_config: syncConfigList.nullish(),
    })
    .refine((body) => (body.company_id === undefined) !== (body.company_name === undefined), {
      path: ['company_id'],
      error: 'Name either company_id or company_name.',
    }),
  response: connectionData,
  errors: [
    'missing-params',
    'invalid-params',
    'platform-denied',
    'not-found',
    'conflict',
    'platform-unavailable',
  ],
  async run({ body, caller, deps }) {
    const { organisationId } = caller;
    const connector = deps.platforms.find(body.integration_type);
    const readable = readableModels(connector);
    if (body.sync_config) refuseUnreadable(body.sync_config, readable);
    const company = companyOf(body);
    if ('id' in company) await refuseSecond(deps, caller, company.id, body.integration_type);
    const authorised = await deps.platforms.authorise(connector, body.credentials);
    const { connectionId } = await createConnection(deps.db, {
      organisationId,
      company,
      integrationType: connector.integrationType,
      category: connector.category,
      account: authorised.account,
      settings: body.settings ?? {},
      expiresAt: authorised.expiresAt,
      seal: (id) => deps.sealer.seal(authorised.secrets, credentialsPlace(id)),
      readableModels: readable,
      syncConfig: body.sync_config ?? null,
    });
    await wake(deps, connectionId, connector.integrationType, 'connected');
    return readPresented(deps, caller, connectionId);
  },
});

const list = route({
  method: 'get',
  path: '/core/connections',
  operationId: 'listConnections',
  tag: 'connections',
  summary: 'Lists connections, newest first',
  query: z.strictObject({ limit, next: cursor, rootfi_company_id: queryId.optional() }),
  response: z.object({ data: z.array(connectionAnswer), next: nextCursor }),
  errors: ['invalid-params'],
  async run({ query, caller, deps }) {
    const found = await listConnections(deps.db, {
      organisationId: caller.organisationId,
      companyId: query.rootfi_company_id,
      before: decodeId(query.next, 'next'),
      limit: query.limit,
    });
    const { rows, ...cursors } = cutPage(found, query.limit);
    return { data: rows.map(presentConnection), ...cursors };
  },
});

const get = route({
  method: 'get',
  path: '/core/connections/{connection_id}',
  operationId: 'getConnection',
  tag: 'connections',
  summary: 'Gets a connection',
  params,
  response: connectionData,
  errors: ['not-found'],
  run: ({ params: { connection_id }, caller, deps }) => readPresented(deps, caller, connection_id),
});

const remove = route({
  method: 'delete',
  path: '/core/connections/{connection_id}',
  operationId: 'deleteConnection',
  tag: 'connections',
  summary: 'Deletes a connection with all its data',
  params,
  response: success,
  errors: ['not-found'],
  async run({ params: { connection_id: connectionId }, caller: { organisationId }, deps }) {
    const { platform } = await deleteConnection(deps.db, { organisationId, connectionId });
    await wake(deps, connectionId, platform, 'deleted');
    return { status: 'success' as const };
  },
});

const pause = route({
  method: 'post',
  path: '/core/connections/{connection_id}/pause',
  operationId: 'pauseConnection',
  tag: 'connections',
  summary: 'Stops auto syncs; queued and open ones finish, and manual ones run all the same',
  params,
  response: connectionData,
  errors: ['not-found'],
  async run({ params: { connection_id: connectionId }, caller, deps }) {
    const { organisationId } = caller;
    const { platform } = await pauseConnection(deps.db, { organisationId, connectionId });
    await wake(deps, connectionId, platform, 'paused');
    return readPresented(deps, caller, connectionId);
  },
});

const resume = route({
  method: 'post',
  path: '/core/connections/{connection_id}/resume',
  operationId: 'resumeConnection',
  tag: 'connections',
  summary: 'Lets auto syncs run again; what is overdue is due at once',
  params,
  response: connectionData,
  errors: ['not-found'],
  async run({ params: { connection_id: connectionId }, caller, deps }) {
    const { organisationId } = caller;
    const { platform } = await resumeConnection(deps.db, { organisationId, connectionId });
    await wake(deps, connectionId, platform, 'resumed');
    return readPresented(deps, caller, connectionId);
  },
});

const refresh = route({
  method: 'post',
  path: '/core/connections/{connection_id}/refresh',
  operationId: 'refreshConnection',
  tag: 'connections',
  summary: 'Requests an incremental sync of all enabled data models',
  isIdempotent: true,
  params,
  response: z.object({ data: syncAnswer }),
  errors: ['invalid-params', 'operation-denied', 'not-found', 'conflict'],
  run: ({ params: { connection_id: connectionId }, path, idempotencyKey, caller, deps }) =>
    requestAndRead(deps, caller, {
      connectionId,
      mode: 'incremental',
      models: null,
      allowMassDelete: false,
      idempotency: idempotencyOf(idempotencyKey, path, {}),
    }),
});

const reconnect = route({
  method: 'post',
  path: '/core/connections/{connection_id}/reconnect',
  operationId: 'reconnectConnection',
  tag: 'connections',
  summary: 'Gives a connection new credentials for the same platform account',
  timeLimitMs: PLATFORM_CALL_LIMIT_MS,
  params,
  body: z.strictObject({ credentials }),
  response: connectionData,
  errors: [
    'missing-params',
    'invalid-params',
    'platform-denied',
    'not-found',
    'different-account',
    'platform-unavailable',
  ],
  async run({ params: { connection_id: connectionId }, body, caller, deps }) {
    const { organisationId } = caller;
    const connection = await readOne(deps, caller, connectionId);
    const connector = deps.platforms.find(connection.integrationType);
    const authorised = await deps.platforms.authorise(connector, body.credentials);
    const { platform } = await reconnectConnection(deps.db, {
      organisationId,
      connectionId,
      account: authorised.account,
      expiresAt: authorised.expiresAt,
      sealed: deps.sealer.seal(authorised.secrets, credentialsPlace(connectionId)),
    });
    await wake(deps, connectionId, platform, 'reconnected');
    return readPresented(deps, caller, connectionId);
  },
});

const disconnect = route({
  method: 'post',
  path: '/core/connections/{connection_id}/disconnect',
  operationId: 'disconnectConnection',
  tag: 'connections',
  summary: 'Revokes and removes the credentials; the records stay',
  timeLimitMs: PLATFORM_CALL_LIMIT_MS,
  params,
  response: connectionData,
  errors: ['not-found'],
  async run({ params: { connection_id: connectionId }, caller, deps }) {
    const { organisationId } = caller;
    const connection = await readOne(deps, caller, connectionId);
    const stored = await readCredentials(deps.db, connectionId);
    const { platform } = await disconnectConnection(deps.db, { organisationId, connectionId });
    await wake(deps, connectionId, platform, 'disconnected');
    if (stored !== null) {
      await deps.platforms.revoke(connection.integrationType, () =>
        deps.sealer.open(stored.sealed, credentialsPlace(connectionId)),
      );
    }
    return readPresented(deps, caller, connectionId);
  },
});

const models = route({
  method: 'get',
  path: '/core/connections/{connection_id}/models',
  operationId: 'listConnectionModels',
  tag: 'connections',
  summary: 'Lists the data models of a connection: schedule, progress, record counts',
  params,
  response: z.object({ data: z.array(modelAnswer) }),
  errors: ['not-found'],
  async run({ params: { connection_id: connectionId }, caller: { organisationId }, deps }) {
    const found = await readModels(deps.db, { organisationId, connectionId });
    if (found === null) throw notFound('connection', 'connection_id');
    return { data: found.map(presentModel) };
  },
});

const explain = route({
  method: 'get',
  path: '/core/connections/{connection_id}/explain',
  operationId: 'explainConnection',
  tag: 'connections',
  summary: 'Explains for each data model why it is where it is',
  params,
  response: z.object({ data: z.array(explanationAnswer) }),
  errors: ['not-found'],
  async run({ params: { connection_id: connectionId }, caller: { organisationId }, deps }) {
    const found = await readModels(deps.db, { organisationId, connectionId });
    if (found === null) throw notFound('connection', 'connection_id');
    return { data: found.map(presentExplanation) };
  },
});

export const connectionRoutes = [
  connect,
  list,
  get,
  remove,
  pause,
  resume,
  refresh,
  reconnect,
  disconnect,
  models,
  explain,
];

/** What binds sealed secrets to their row. */
function credentialsPlace(connectionId: bigint): string {
  return `credentials:${connectionId}`;
}

function companyOf(body: { company_id?: number | undefined; company_name?: string | undefined }) {
  if (body.company_id !== undefined) return { id: BigInt(body.company_id) };
  return { name: body.company_name ?? '' };
}

/** Saves the platform a call where the answer is known; the database decides again when the connection is written. */
async function refuseSecond(
  deps: ApiDeps,
  { organisationId }: Caller,
  companyId: bigint,
  integrationType: string,
): Promise<void> {
  const existing = await findConnectionOfCompany(deps.db, {
    organisationId,
    companyId,
    integrationType,
  });
  if (existing === null) return;
  throw new AppError(
    'conflict',
    `The company already has a live ${integrationType} connection. Reconnect or delete that one.`,
    { field: 'integration_type' },
  );
}

async function readOne(
  deps: ApiDeps,
  { organisationId }: Caller,
  connectionId: bigint,
): Promise<ConnectionView> {
  const [connection] = await readConnections(deps.db, {
    organisationId,
    connectionIds: [connectionId],
  });
  if (connection === undefined) throw notFound('connection', 'connection_id');
  return connection;
}

async function readPresented(deps: ApiDeps, caller: Caller, connectionId: bigint) {
  return { data: presentConnection(await readOne(deps, caller, connectionId)) };
}

async function wake(
  deps: ApiDeps,
  connectionId: bigint,
  platform: string,
  what: Changed['what'],
): Promise<void> {
  await deps.waker.wakeConnection(connectionId, platform, { signal: 'changed', payload: { what } });
}
