import { z } from 'zod';
import { notFound } from '../../core/errors';
import { deleteConnection, pauseConnection, resumeConnection } from '../../store/connections';
import { listConnections } from '../../store/read/connections';
import { readModelHistories } from '../../store/read/model-history';
import { type ModelView, readModels } from '../../store/read/models';
import { cutPage, decodeId } from '../cursor';
import { route } from '../http/route';
import { presentConnection } from '../presenters/connection';
import { presentExplanation, presentModel } from '../presenters/model';
import { cursor, limit, nextCursor, queryId, success } from '../schemas/common';
import { connectionAnswer, explanationAnswer, modelAnswer } from '../schemas/connection';
import { syncAnswer } from '../schemas/sync';
import { connectionData, params, readPresented, wake } from './connection-shared';
import { idempotencyOf, requestAndRead } from './syncs';

/** What a cursor of this list says it belongs to. */
const LIST = 'connections';

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
      before: decodeId(LIST, query.next, 'next'),
      limit: query.limit,
    });
    const { rows, ...cursors } = cutPage(LIST, found, query.limit);
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
    const histories = await readModelHistories(deps.db, connectionId);
    const historyOf = (model: ModelView) =>
      histories.find((history) => history.dataModel === model.dataModel) ?? null;
    return { data: found.map((model) => presentModel(model, historyOf(model))) };
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

export const connectionRoutes = [list, get, remove, pause, resume, refresh, models, explain];
