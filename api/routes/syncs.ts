import { z } from 'zod';
import { invalid, notFound } from '../../core/errors';
import { instantText } from '../../core/instant-text';
import { JOB_STATES, type SyncMode, TRIGGERS } from '../../core/names';
import { canonicalJson, sha256 } from '../../core/record-hash';
import { DATA_MODELS, type DataModel } from '../../core/unified/models';
import { findConnectionOfCompany } from '../../store/read/connections';
import { listJobs, listSyncs, readJob, readSync } from '../../store/read/syncs';
import { cancelSync, requestSync } from '../../store/requests';
import { cutPage, decodeId, encodeId } from '../cursor';
import type { ApiDeps } from '../deps';
import { type Caller, route } from '../http/route';
import { presentJob, presentSync } from '../presenters/sync';
import { bodyId, cursor, limit, nextCursor, pathId, prevCursor, queryId } from '../schemas/common';
import { jobAnswer, syncAnswer } from '../schemas/sync';

const syncParams = z.object({ sync_id: z.string().regex(/^[0-9A-Za-z]{1,64}$/) });

const modelName = z.enum(DATA_MODELS, 'Not a data model.');

const syncFrom = instantText.refine((text) => new Date(text).getTime() <= Date.now(), {
  error: 'Lies in the future.',
});

const requestedModel = z.union([
  modelName,
  z.strictObject({ data_model: modelName, sync_from: syncFrom.nullish() }),
]);

const createBody = z.strictObject({
  company_id: bodyId,
  integration_type: z.string('Must be text.').min(1, 'Must not be blank.').max(100),
  full_sync: z.boolean('Must be true or false.').nullish(),
  data_models_to_sync: z
    .array(requestedModel, 'Must be a list of data models, or of {data_model, sync_from}.')
    .max(200)
    .nullish(),
  allow_mass_delete: z.boolean('Must be true or false.').nullish(),
});

const syncData = z.object({ data: syncAnswer });

/** What a cursor of the list of syncs says it belongs to. */
const LIST = 'syncs';

const list = route({
  method: 'get',
  path: '/core/syncs',
  operationId: 'listSyncs',
  tag: 'syncs',
  summary: 'Lists syncs, newest first',
  query: z.strictObject({
    limit,
    next: cursor,
    prev: cursor,
    rootfi_company_id: queryId.optional(),
    rootfi_connection_id: queryId.optional(),
    status: z.enum(JOB_STATES, `Must be one of ${JOB_STATES.join(', ')}.`).optional(),
    trigger: z.enum(TRIGGERS, `Must be one of ${TRIGGERS.join(', ')}.`).optional(),
  }),
  response: z.object({ data: z.array(syncAnswer), next: nextCursor, prev: prevCursor }),
  errors: ['invalid-params'],
  async run({ query, caller, deps }) {
    const { next, prev } = query;
    if (next !== undefined && prev !== undefined) {
      throw invalid('prev', 'A page cannot be asked for by next and prev together.');
    }
    const isBackwards = prev !== undefined;
    const id = isBackwards ? decodeId(LIST, prev, 'prev') : decodeId(LIST, next, 'next');
    const found = await listSyncs(deps.db, {
      organisationId: caller.organisationId,
      companyId: query.rootfi_company_id,
      connectionId: query.rootfi_connection_id,
      status: query.status,
      trigger: query.trigger,
      place: id === null ? null : { id, towards: isBackwards ? 'newer' : 'older' },
      limit: query.limit,
    });
    const hasMore = found.length > query.limit;
    const rows = found.slice(0, query.limit);
    if (isBackwards) rows.reverse();
    const first = rows[0];
    const last = rows.at(-1);
    return {
      data: rows.map(presentSync),
      ...((isBackwards || hasMore) && last !== undefined ? { next: encodeId(LIST, last.id) } : {}),
      ...((isBackwards ? hasMore : id !== null) && first !== undefined
        ? { prev: encodeId(LIST, first.id) }
        : {}),
    };
  },
});

const create = route({
  method: 'post',
  path: '/core/syncs',
  operationId: 'createSync',
  tag: 'syncs',
  summary: 'Requests a sync',
  description:
    'Incremental unless `full_sync` or a `sync_from` says otherwise; absent or empty `data_models_to_sync` means all enabled ones. A busy connection is never an error: jobs queue.',
  isIdempotent: true,
  body: createBody,
  response: syncData,
  errors: ['missing-params', 'invalid-params', 'operation-denied', 'not-found', 'conflict'],
  async run({ body, path, idempotencyKey, caller, deps }) {
    const { organisationId } = caller;
    const connectionId = await findConnectionOfCompany(deps.db, {
      organisationId,
      companyId: BigInt(body.company_id),
      integrationType: body.integration_type,
    });
    if (connectionId === null) {
      throw notFound(`a live ${body.integration_type} connection of this company`, 'company_id');
    }
    return requestAndRead(deps, caller, {
      connectionId,
      ...askOf(body),
      idempotency: idempotencyOf(idempotencyKey, path, body),
    });
  },
});

const get = route({
  method: 'get',
  path: '/core/syncs/{sync_id}',
  operationId: 'getSync',
  tag: 'syncs',
  summary: 'Gets a sync',
  params: syncParams,
  response: syncData,
  errors: ['not-found'],
  async run({ params: { sync_id }, caller, deps }) {
    return { data: await readPresented(deps, caller, sync_id) };
  },
});

const cancel = route({
  method: 'post',
  path: '/core/syncs/{sync_id}/cancel',
  operationId: 'cancelSync',
  tag: 'syncs',
  summary: "Ends a sync's open jobs; an ended sync is answered unchanged",
  params: syncParams,
  response: syncData,
  errors: ['not-found'],
  async run({ params: { sync_id: syncId }, caller, deps }) {
    const { organisationId } = caller;
    const cancelled = await cancelSync(deps.db, { organisationId, syncId });
    if (cancelled === null) throw notFound('sync', 'sync_id');
    await deps.waker.wakeConnection(cancelled.connectionId, cancelled.platform, {
      signal: 'changed',
      payload: { what: 'config' },
    });
    return { data: await readPresented(deps, caller, syncId) };
  },
});

const getJobs = route({
  method: 'get',
  path: '/core/syncs/{sync_id}/jobs',
  operationId: 'listJobsOfSync',
  tag: 'syncs',
  summary: 'Lists the jobs of a sync, one for each data model',
  params: syncParams,
  query: z.strictObject({ limit, next: cursor }),
  response: z.object({ data: z.array(jobAnswer), next: nextCursor }),
  errors: ['not-found', 'invalid-params'],
  async run({ params: { sync_id: syncId }, query, caller, deps }) {
    const { organisationId } = caller;
    const jobsOfSync = `jobs of ${syncId}`;
    const after = decodeId(jobsOfSync, query.next, 'next');
    const found = await listJobs(deps.db, { organisationId, syncId, after, limit: query.limit });
    if (found.length === 0) await readPresented(deps, caller, syncId);
    const { rows, ...cursors } = cutPage(jobsOfSync, found, query.limit);
    return { data: rows.map(presentJob), ...cursors };
  },
});

const getJob = route({
  method: 'get',
  path: '/core/syncs/jobs/{job_id}',
  operationId: 'getJob',
  tag: 'syncs',
  summary: 'Gets a job',
  params: z.object({ job_id: pathId }),
  response: z.object({ data: jobAnswer }),
  errors: ['not-found'],
  async run({ params: { job_id: jobId }, caller, deps }) {
    const job = await readJob(deps.db, { organisationId: caller.organisationId, jobId });
    if (job === null) throw notFound('job', 'job_id');
    return { data: presentJob(job) };
  },
});

/** `jobs/{id}` stands before `{sync_id}`, which would match it too. */
export const syncRoutes = [list, create, getJob, get, cancel, getJobs];

export interface SyncAsk {
  readonly connectionId: bigint;
  readonly mode: SyncMode;
  readonly models: readonly { readonly dataModel: DataModel; readonly since: Date | null }[] | null;
  readonly allowMassDelete: boolean;
  readonly idempotency: Idempotency | null;
}

type Idempotency = { readonly path: string; readonly key: string; readonly bodyHash: string };

/** Stores a request, wakes its connection, and answers the sync as it is then. */
export async function requestAndRead(deps: ApiDeps, caller: Caller, ask: SyncAsk) {
  const { organisationId } = caller;
  const requested = await requestSync(deps.db, { organisationId, trigger: 'manual', ...ask });
  if (!requested.replayed) {
    await deps.waker.wakeConnection(requested.connectionId, requested.platform, {
      signal: 'syncRequested',
      payload: {
        syncId: requested.syncId,
        mode: ask.mode,
        dataModels: [...requested.dataModels],
      },
    });
  }
  return { data: await readPresented(deps, caller, requested.syncId) };
}

/** What makes a repeated request the same one. Throws `AppError` for a key that cannot be kept. */
export function idempotencyOf(
  key: string | undefined,
  path: string,
  body: unknown,
): Idempotency | null {
  if (key === undefined) return null;
  if (key.length === 0 || key.length > 255) {
    throw invalid('Idempotency-Key', 'Must have 1 to 255 characters.');
  }
  return { path, key, bodyHash: sha256(canonicalJson(z.json().parse(body))) };
}

async function readPresented(deps: ApiDeps, caller: Caller, syncId: string) {
  const sync = await readSync(deps.db, { organisationId: caller.organisationId, syncId });
  if (sync === null) throw notFound('sync', 'sync_id');
  return presentSync(sync);
}

function askOf(body: z.output<typeof createBody>) {
  const items = (body.data_models_to_sync ?? []).map((item) =>
    typeof item === 'string'
      ? { dataModel: item, since: null }
      : { dataModel: item.data_model, since: item.sync_from ? new Date(item.sync_from) : null },
  );
  refuseTwice(items.map((item) => item.dataModel));
  const isFull = body.full_sync === true;
  const dated = items.filter((item) => item.since !== null);
  if (isFull && dated.length > 0) {
    throw invalid('full_sync', 'It reads everything and cannot be joined with sync_from.');
  }
  if (body.allow_mass_delete && !isFull) {
    throw invalid('allow_mass_delete', 'Only a full sync deletes: it needs full_sync.');
  }
  const isFromDate = dated.length > 0 && dated.length === items.length;
  return {
    mode: modeOf(isFull, isFromDate),
    models: items.length === 0 ? null : items,
    allowMassDelete: body.allow_mass_delete ?? false,
  };
}

function modeOf(isFull: boolean, isFromDate: boolean): SyncMode {
  if (isFull) return 'full';
  return isFromDate ? 'from_date' : 'incremental';
}

function refuseTwice(names: readonly DataModel[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid('data_models_to_sync', `${twice} is named twice.`);
}
