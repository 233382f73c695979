import type { DataModel } from '../../core/unified/models';
import { type ChunkAnswer, syncChunk } from '../../activities/sync-chunk';
import type { Stack } from './stack';

/**
 * One attempt at a data model's work, as Temporal makes one where it takes the attempt before for dead: in the very
 * same way, and beside it.
 */
export async function attempt(
  stack: Stack,
  connectionId: bigint,
  dataModel: DataModel,
): Promise<ChunkAnswer> {
  const { integrationType } = await stack.database.db.prisma.connection.findUniqueOrThrow({
    where: { id: connectionId },
  });
  return syncChunk(
    stack.deps,
    { connectionId: connectionId.toString(), platform: integrationType, dataModel },
    { heartbeat: () => undefined, signal: new AbortController().signal },
  );
}
