import { z } from 'zod';
import { AppError } from '../../core/errors';
import { syncConfigList } from '../../core/sync-config';
import { disconnectConnection } from '../../store/connections';
import { readCredentials } from '../../store/credentials';
import { findConnectionOfCompany } from '../../store/read/connections';
import { connect, credentialsPlace, reconnect } from '../connecting';
import type { ApiDeps } from '../deps';
import { type Caller, route } from '../http/route';
import { readableModels } from '../platforms';
import { bodyId, companyName, jsonObject } from '../schemas/common';
import { connectionData, params, readOne, readPresented, wake } from './connection-shared';
import { refuseUnreadable } from './sync-configs';

/** One call to a platform that may take its time. */
export const PLATFORM_CALL_LIMIT_MS = 30_000;

const credentials = jsonObject.meta({
  override: { type: 'object' },
  description: 'What the platform asks for; for ROOTFI_SANDBOX `{tenant_id}`.',
});

const create = route({
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
      company_name: companyName.optional(),
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
    if (body.sync_config) refuseUnreadable(body.sync_config, readableModels(connector));
    const company = companyOf(body);
    if ('id' in company) await refuseSecond(deps, caller, company.id, body.integration_type);
    const authorised = await deps.platforms.authorise(connector, body.credentials);
    const connectionId = await connect(deps, {
      organisationId,
      company,
      connector,
      authorised,
      settings: body.settings ?? {},
      syncConfig: body.sync_config ?? null,
    });
    return readPresented(deps, caller, connectionId);
  },
});

const renew = route({
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
    await reconnect(deps, { organisationId, connectionId, connector, authorised });
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

export const connectingRoutes = [create, renew, disconnect];

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
