import type { Connection } from '@temporalio/client';
import { TASK_QUEUE } from '../workflows/contract';

/** A worker process that asked for work lately, and when it last did. Temporal forgets one after five minutes. */
export interface WorkerSighting {
  readonly identity: string;
  readonly seenAt: Date;
}

/** TaskQueueType of Temporal's API: workflow and activity tasks. */
const QUEUE_TYPES = [1, 2];

/** The workers that Temporal has heard of. Throws what the client throws. */
export async function listWorkers(
  connection: Pick<Connection, 'workflowService'>,
  namespace: string,
): Promise<WorkerSighting[]> {
  const answers = await Promise.all(
    QUEUE_TYPES.map((taskQueueType) =>
      connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: TASK_QUEUE },
        taskQueueType,
      }),
    ),
  );
  const seen = new Map<string, number>();
  for (const { identity, lastAccessTime } of answers.flatMap((answer) => answer.pollers)) {
    const at = Number(lastAccessTime?.seconds ?? 0) * 1000;
    if (identity) seen.set(identity, Math.max(seen.get(identity) ?? 0, at));
  }
  return [...seen].map(([identity, at]) => ({ identity, seenAt: new Date(at) }));
}
