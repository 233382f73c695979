import { z } from 'zod';
import { declaredLimits } from '../../connectors/engine/limits';
import { notFound } from '../../core/errors';
import { newQuotaState } from '../../core/quota';
import { type Gauges, gauges } from '../../core/quota-gauges';
import { type ConnectionView, readConnections } from '../../store/read/connections';
import { connectionExists } from '../../store/read/models';
import type { Changed } from '../../workflows/contract';
import type { ApiDeps } from '../deps';
import type { Caller } from '../http/route';
import { presentConnection } from '../presenters/connection';
import { pathId } from '../schemas/common';
import { connectionAnswer } from '../schemas/connection';

/** What the routes of one connection have in common. */

export const params = z.object({ connection_id: pathId });
export const connectionData = z.object({ data: connectionAnswer });

/** The live connection. Throws `AppError` (404) where the organisation has none. */
export async function readOne(
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

export async function readPresented(deps: ApiDeps, caller: Caller, connectionId: bigint) {
  return { data: presentConnection(await readOne(deps, caller, connectionId)) };
}

/** Throws `AppError` (404) where the organisation has no such live connection. */
export async function mustExist(
  deps: ApiDeps,
  { organisationId }: Caller,
  connectionId: bigint,
): Promise<void> {
  if (await connectionExists(deps.db, { organisationId, connectionId })) return;
  throw notFound('connection', 'connection_id');
}

/** What the quota ledger of its account shows; before the first call, what the connector declares. */
export function gaugesOf({ platforms }: ApiDeps, connection: ConnectionView): Gauges {
  const { quota, integrationType, now } = connection;
  return gauges(quota ?? newQuotaState(declaredLimits(platforms.find(integrationType))), now);
}

/** Tells the connection's workflow what has changed. */
export async function wake(
  deps: ApiDeps,
  connectionId: bigint,
  platform: string,
  what: Changed['what'],
): Promise<void> {
  await deps.waker.wakeConnection(connectionId, platform, { signal: 'changed', payload: { what } });
}
