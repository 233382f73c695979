import { z } from 'zod';
import { invalid, notFound } from '../../core/errors';
import { INTEGRATION_CATEGORIES } from '../../core/names';
import { type SyncConfigEntry, syncConfigList } from '../../core/sync-config';
import { CATEGORY_OF, type DataModel } from '../../core/unified/models';
import { readConnections } from '../../store/read/connections';
import {
  applyPendingConfigs,
  getConnectionConfig,
  getOrganisationConfig,
  putConnectionConfig,
  putOrganisationConfig,
} from '../../store/sync-configs';
import type { ApiDeps } from '../deps';
import { readableModels } from '../platforms';
import { route } from '../http/route';
import { presentSyncConfig } from '../presenters/sync-config';
import { pathId } from '../schemas/common';
import { syncConfigAnswer } from '../schemas/sync-config';

const categoryQuery = z.strictObject({
  category: z.enum(INTEGRATION_CATEGORIES, `Must be one of ${INTEGRATION_CATEGORIES.join(', ')}.`),
});
const params = z.object({ connection_id: pathId });
const answer = z.object({ sync_config: z.array(syncConfigAnswer) });
const connectionAnswer = answer.extend({ follows_organisation: z.boolean() });

/** Connections that follow are brought up to date at once up to this many, the others by the repairer within a minute. */
const APPLIED_AT_ONCE = 50;

const getDefault = route({
  method: 'get',
  path: '/core/syncs/config',
  operationId: 'getSyncConfig',
  tag: 'sync config',
  summary: "Gets the organisation's sync config of a category",
  query: categoryQuery,
  response: answer,
  errors: ['missing-params', 'invalid-params'],
  async run({ query: { category }, caller: { organisationId }, deps }) {
    const { entries } = await getOrganisationConfig(deps.db, { organisationId, category });
    return { sync_config: presentSyncConfig(entries) };
  },
});

const putDefault = route({
  method: 'put',
  path: '/core/syncs/config',
  operationId: 'putSyncConfig',
  tag: 'sync config',
  summary: "Replaces the organisation's sync config of a category",
  description: 'Holds for every connection that has no list of its own.',
  query: categoryQuery,
  body: z.strictObject({ sync_config: syncConfigList }),
  response: answer,
  errors: ['missing-params', 'invalid-params'],
  async run({ query: { category }, body, caller: { organisationId }, deps }) {
    const entries = body.sync_config;
    const stranger = entries.find((entry) => CATEGORY_OF[entry.data_model] !== category);
    if (stranger !== undefined) {
      throw invalid('sync_config', `${stranger.data_model} is no data model of ${category}.`);
    }
    await putOrganisationConfig(deps.db, { organisationId, category, entries });
    const touched = await applyPendingConfigs(deps.db, APPLIED_AT_ONCE);
    await Promise.all(
      touched.map(({ connectionId, platform }) =>
        deps.waker.wakeConnection(connectionId, platform, {
          signal: 'changed',
          payload: { what: 'config' },
        }),
      ),
    );
    return { sync_config: presentSyncConfig(entries) };
  },
});

const getOwn = route({
  method: 'get',
  path: '/core/connections/{connection_id}/sync_config',
  operationId: 'getConnectionSyncConfig',
  tag: 'sync config',
  summary: 'Gets the sync config that holds for a connection',
  params,
  response: connectionAnswer,
  errors: ['not-found'],
  async run({ params: { connection_id: connectionId }, caller: { organisationId }, deps }) {
    const config = await getConnectionConfig(deps.db, { organisationId, connectionId });
    return {
      sync_config: presentSyncConfig(config.entries),
      follows_organisation: config.followsOrganisation,
    };
  },
});

const putOwn = route({
  method: 'put',
  path: '/core/connections/{connection_id}/sync_config',
  operationId: 'putConnectionSyncConfig',
  tag: 'sync config',
  summary: "Gives a connection its own sync config; null returns it to the organisation's",
  params,
  body: z.strictObject({ sync_config: syncConfigList.nullable() }),
  response: connectionAnswer,
  errors: ['missing-params', 'invalid-params', 'not-found'],
  async run({ params: { connection_id: connectionId }, body, caller: { organisationId }, deps }) {
    const entries = body.sync_config;
    const named = { organisationId, connectionId };
    if (entries !== null) await refuseUnreadableOf(deps, named, entries);
    const { platform } = await putConnectionConfig(deps.db, { ...named, entries });
    await deps.waker.wakeConnection(connectionId, platform, {
      signal: 'changed',
      payload: { what: 'config' },
    });
    const config = await getConnectionConfig(deps.db, named);
    return {
      sync_config: presentSyncConfig(config.entries),
      follows_organisation: config.followsOrganisation,
    };
  },
});

/** Refuses a list that names what a platform cannot give. Throws `AppError`. */
export function refuseUnreadable(
  entries: readonly SyncConfigEntry[],
  readable: readonly DataModel[],
): void {
  const stranger = entries.find((entry) => !readable.includes(entry.data_model));
  if (stranger === undefined) return;
  throw invalid('sync_config', `${stranger.data_model} is not a data model of this platform.`);
}

async function refuseUnreadableOf(
  deps: ApiDeps,
  named: { organisationId: bigint; connectionId: bigint },
  entries: readonly SyncConfigEntry[],
): Promise<void> {
  const [connection] = await readConnections(deps.db, {
    organisationId: named.organisationId,
    connectionIds: [named.connectionId],
  });
  if (connection === undefined) throw notFound('connection', 'connection_id');
  refuseUnreadable(entries, readableModels(deps.platforms.find(connection.integrationType)));
}

export const syncConfigRoutes = [getDefault, putDefault, getOwn, putOwn];
