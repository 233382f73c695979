import { findExisting } from '../connectors/engine/pages';
import { storePage } from '../store/page';
import { columnsOf } from '../store/page-columns';
import { decideSweep, sweepCandidates, sweepWanted, tombstoneBatch } from '../store/sweep';
import { type Chunk, type ChunkOutcome, HANDED_BACK, reach } from './chunk';
import { isOutOfTime } from './listing';
import { FencedError } from './platform-calls';

/** Rows asked for, and rows tombstoned, at a time. */
const CONFIRM_BATCH = 500;
const TOMBSTONE_BATCH = 1_000;

const FINISHED: ChunkOutcome = { kind: 'finished', sweepSkipped: false, sweepDone: true };
/** The sweep was not wanted any more, or its deletions are held. */
const LEFT_ALONE: ChunkOutcome = { kind: 'finished', sweepSkipped: false, sweepDone: false };

/** Where a sweep stands; moved on with every stored batch. */
export interface SweepState {
  phase: 'confirming' | 'tombstoning';
  after: string;
}

/**
 * A pull's second phase: asks for the rows its listing did not show, decides whether the deletion is held, and
 * tombstones what is confirmed gone. Goes on from `state`. Throws `PlatformError`, `FencedError`.
 */
export async function sweep(
  chunk: Chunk,
  state: SweepState,
  onStored: () => void,
): Promise<ChunkOutcome> {
  if (state.phase === 'tombstoning') return tombstone(chunk, state, onStored);
  const confirmed = await confirm(chunk, state, onStored);
  if (confirmed !== 'all') return confirmed === 'unwanted' ? LEFT_ALONE : HANDED_BACK;
  const decision = await decideSweep(chunk.deps.db, chunk.pull);
  switch (decision) {
    case 'fenced':
      throw new FencedError();
    case 'nothing':
      return FINISHED;
    case 'held':
      return LEFT_ALONE;
    case 'delete':
      state.phase = 'tombstoning';
      state.after = '';
      return tombstone(chunk, state, onStored);
  }
}

async function confirm(
  chunk: Chunk,
  state: SweepState,
  onStored: () => void,
): Promise<'all' | 'unwanted' | 'hand-back'> {
  const { db } = chunk.deps;
  for (;;) {
    if (!(await sweepWanted(db, chunk.pull)).wanted) return 'unwanted';
    const candidates = await sweepCandidates(db, chunk.pull, {
      after: state.after,
      limit: CONFIRM_BATCH,
    });
    const last = candidates.at(-1);
    if (last === undefined) return 'all';
    const existing = await stillThere(chunk, candidates);
    await reach(chunk, 'before-gone-stored');
    const stored = await storePage(db, chunk.pull, {
      columns: columnsOf([]),
      rejects: [],
      repeated: 0,
      gone: candidates.filter((id) => !existing.has(id)),
      next: { phase: 'confirming', cursor: null, sweepAfter: last },
      listed: null,
      firstDate: null,
      connectorVersion: chunk.connector.version,
      unreadableIds: false,
    });
    if (stored === null) throw new FencedError();
    state.after = last;
    onStored();
    chunk.run.heartbeat({ phase: 'confirming', asked: candidates.length });
    if (stored.interactiveWaits || isOutOfTime(chunk)) return 'hand-back';
  }
}

/** Where the platform cannot be asked by id, two listings have not shown these rows: they are gone. */
function stillThere(chunk: Chunk, ids: readonly string[]): Promise<ReadonlySet<string>> {
  return chunk.stream.byIds === undefined
    ? Promise.resolve(new Set<string>())
    : findExisting(chunk.stream, chunk.calls.send, ids);
}

async function tombstone(
  chunk: Chunk,
  state: SweepState,
  onStored: () => void,
): Promise<ChunkOutcome> {
  const { db } = chunk.deps;
  for (;;) {
    await reach(chunk, 'before-tombstones');
    const batch = await tombstoneBatch(db, chunk.pull, {
      after: state.after,
      limit: TOMBSTONE_BATCH,
    });
    if (batch === null) throw new FencedError();
    if (!batch.wanted) return LEFT_ALONE;
    if (batch.passed === 0) return FINISHED;
    state.after = batch.after;
    onStored();
    chunk.run.heartbeat({ phase: 'tombstoning', passed: batch.passed });
    if (isOutOfTime(chunk)) return HANDED_BACK;
  }
}
