import { nextLook } from '../core/queue';
import type { DataModel } from '../core/unified/models';
import type { Database, Tx } from './database';
import { inHotTransaction } from './hot-transaction';
import { lockModelShared } from './locks';
import { readQueue } from './queue';
import type { HeldModel } from './rows';

/** What a chunk tells its workflow; never records. `waitMs: null` = until a look. */
export interface ChunkEnd {
  readonly state: 'more' | 'idle' | 'gone';
  readonly waitMs: number | null;
  /** For people who read Temporal Web UI. */
  readonly words: string;
}

/** Timers must not fire before the instant they stand for, whichever clock runs ahead. */
const TIMER_SLACK_MS = 20;
/** Never a hot loop, whatever the clocks say. */
const MIN_WAIT_MS = 100;

/** Ends a chunk that has no transaction of its own. */
export function endChunk(
  db: Database,
  input: { connectionId: bigint; dataModel: DataModel },
): Promise<ChunkEnd> {
  return inHotTransaction(db, (tx) => settleChunk(tx, input));
}

/** The same within a transaction that holds nothing yet, or these rows. */
export async function settleChunk(
  tx: Tx,
  { connectionId, dataModel }: { connectionId: bigint; dataModel: DataModel },
): Promise<ChunkEnd> {
  const model = await lockModelShared(tx, connectionId, dataModel);
  return model !== null && isWanted(model)
    ? settleWake(tx, model, null)
    : settleGone(tx, connectionId, dataModel);
}

/**
 * Stores when the model must be looked at next. The caller locked the model's row in a statement of its own before
 * this one looks, so a request that commits while a chunk ends is either seen here, or finds the row free and sets
 * `wake_at` itself.
 */
export async function settleWake(
  tx: Tx,
  model: HeldModel,
  lastWords: string | null,
): Promise<ChunkEnd> {
  const { queue } = await readQueue(tx, model);
  const look = nextLook(queue);
  const [row] = await tx.$queryRaw<{ now: Date; last_summary: string | null }[]>`
    UPDATE model_states SET wake_at = ${look.at}, wake_ups = 0,
      last_summary = coalesce(${lastWords}, last_summary)
    WHERE connection_id = ${model.id} AND data_model = ${model.data_model}
    RETURNING syncline_now() AS now, last_summary`;
  if (look.more) return { state: 'more', waitMs: 0, words: 'more to do' };
  const now = row?.now ?? queue.now;
  const waitMs =
    look.at === null
      ? null
      : Math.max(MIN_WAIT_MS, look.at.getTime() - now.getTime() + TIMER_SLACK_MS);
  return { state: 'idle', waitMs, words: words(queue, look.at, row?.last_summary ?? null) };
}

function words(
  queue: Awaited<ReturnType<typeof readQueue>>['queue'],
  at: Date | null,
  lastSummary: string | null,
): string {
  const open = [queue.incremental.open, queue.backfill.open];
  const until = at === null ? '' : ` until ${at.toISOString()}`;
  const last = lastSummary === null ? '' : `; last: ${lastSummary}`;
  if (open.some((pull) => pull?.retryAt != null)) return `backing off${until}${last}`;
  if (open.some((pull) => pull?.resumeAt != null)) return `sleeping for quota${until}${last}`;
  return at === null ? `waiting for a request${last}` : `next tick ${at.toISOString()}${last}`;
}

/** Whether a model is synced at all. */
export function isWanted(model: HeldModel): boolean {
  return model.deleted_at === null && model.enabled;
}

/** Nothing is to be looked at until someone enables the model again, which wakes it. */
export async function settleGone(
  tx: Tx,
  connectionId: bigint,
  dataModel: DataModel,
): Promise<ChunkEnd> {
  await tx.$executeRaw`
    UPDATE model_states SET wake_at = NULL, wake_ups = 0
    WHERE connection_id = ${connectionId} AND data_model = ${dataModel}`;
  return { state: 'gone', waitMs: null, words: 'not synced any more' };
}
