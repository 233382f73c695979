import { z } from 'zod';
import { notFound } from '../../core/errors';
import { type ConnectionView, readConnections } from '../../store/read/connections';
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

/** Tells the connection's workflow what has changed. */
export async function wake(
  deps: ApiDeps,
  connectionId: bigint,
  platform: string,
  what: Changed['what'],
): Promise<void> {
  await deps.waker.wakeConnection(connectionId, platform, { signal: 'changed', payload: { what } });
}
