import { credentialsPlace } from '../../activities/access';
import { repair } from '../../activities/repair';
import { createSendTo } from '../../connectors/engine/token-call';
import type { SyncConfigEntry } from '../../core/sync-config';
import {
  deleteCompany,
  deleteConnection,
  disconnectConnection,
  pauseConnection,
  reconnectConnection,
  resumeConnection,
} from '../../store/connections';
import { cancelSync } from '../../store/requests';
import { putConnectionConfig } from '../../store/sync-configs';
import type { Stack } from './stack';

/** What people do to a connection, as the API does it: the store's part, then the wake-up. */
export function actions(stack: Stack) {
  const { db } = stack.database;
  const named = (connectionId: bigint) => ({ organisationId: stack.organisationId, connectionId });
  const thenWake = async (connectionId: bigint, done: Promise<unknown>) => {
    await done;
    await stack.wake(connectionId);
  };
  return {
    pause: (id: bigint) => thenWake(id, pauseConnection(db, named(id))),
    resume: (id: bigint) => thenWake(id, resumeConnection(db, named(id))),
    disconnect: (id: bigint) => thenWake(id, disconnectConnection(db, named(id))),
    delete: (id: bigint) => thenWake(id, deleteConnection(db, named(id))),

    async deleteCompany(companyId: bigint): Promise<void> {
      const woken = await deleteCompany(db, { organisationId: stack.organisationId, companyId });
      for (const { connectionId } of woken) await stack.wake(connectionId);
    },

    /** `null` = the organisation's list. */
    putConfig: (id: bigint, entries: SyncConfigEntry[] | null) =>
      thenWake(id, putConnectionConfig(db, { ...named(id), entries })),

    /** One round of the repairer, which no schedule starts here. */
    repair: () =>
      repair(stack.deps, { heartbeat: () => undefined, signal: new AbortController().signal }),

    async cancel(syncId: string): Promise<void> {
      const found = await cancelSync(db, { organisationId: stack.organisationId, syncId });
      if (found !== null) await stack.wake(found.connectionId);
    },

    /** Connects the connection anew, with a grant of the tenant. */
    async reconnect(id: bigint, tenantId: string): Promise<void> {
      const { integrationType } = await db.prisma.connection.findUniqueOrThrow({ where: { id } });
      const connector = stack.deps.findConnector(integrationType);
      if (connector === undefined) throw new Error(`No connector ${integrationType}`);
      const { account, expiresAt, secrets } = await connector.auth.authorise(
        { tenant_id: tenantId },
        createSendTo(connector),
        stack.deps.settings,
      );
      const sealed = stack.deps.sealer.seal(secrets, credentialsPlace(id));
      await thenWake(id, reconnectConnection(db, { ...named(id), account, expiresAt, sealed }));
    },
  };
}

export type Actions = ReturnType<typeof actions>;
