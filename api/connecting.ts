import type { Authorised, Connector } from '../connectors/contract';
import type { SyncConfigEntry } from '../core/sync-config';
import type { JsonValue } from '../core/unified/models';
import { createConnection, reconnectConnection } from '../store/connections';
import type { LinkUse } from '../store/invite-links';
import type { ApiDeps } from './deps';
import { readableModels } from './platforms';

/** Connecting and reconnecting with secrets that the platform has accepted, whoever brought them: a program or a customer. */

interface Bringing {
  readonly organisationId: bigint;
  readonly connector: Connector;
  readonly authorised: Authorised;
  /** The invite link that they came through. */
  readonly through?: LinkUse;
}

/** Makes a connection and starts its first sync. Throws `AppError`: 404, 409. */
export async function connect(
  deps: ApiDeps,
  input: Bringing & {
    readonly company: { readonly id: bigint } | { readonly name: string };
    readonly settings: { readonly [key: string]: JsonValue };
    readonly syncConfig: readonly SyncConfigEntry[] | null;
  },
): Promise<bigint> {
  const { connector, authorised, ...rest } = input;
  const { connectionId } = await createConnection(deps.db, {
    ...rest,
    integrationType: connector.integrationType,
    category: connector.category,
    account: authorised.account,
    expiresAt: authorised.expiresAt,
    seal: (id) => deps.sealer.seal(authorised.secrets, credentialsPlace(id)),
    readableModels: readableModels(connector),
  });
  await deps.waker.wakeConnection(connectionId, connector.integrationType, {
    signal: 'changed',
    payload: { what: 'connected' },
  });
  return connectionId;
}

/** Gives a connection new secrets of the same account. Throws `AppError`: 404, 409. */
export async function reconnect(
  deps: ApiDeps,
  input: Bringing & { readonly connectionId: bigint },
): Promise<void> {
  const { connectionId, connector, authorised, ...rest } = input;
  await reconnectConnection(deps.db, {
    ...rest,
    connectionId,
    account: authorised.account,
    expiresAt: authorised.expiresAt,
    sealed: deps.sealer.seal(authorised.secrets, credentialsPlace(connectionId)),
  });
  await deps.waker.wakeConnection(connectionId, connector.integrationType, {
    signal: 'changed',
    payload: { what: 'reconnected' },
  });
}

/** What binds sealed secrets to their row. */
export function credentialsPlace(connectionId: bigint): string {
  return `credentials:${connectionId}`;
}
