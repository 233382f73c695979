import { PlatformError } from '../connectors/engine/errors';
import type { Connector, Stream } from '../connectors/contract';
import { backoffMs, INLINE_WAIT_MS, MAX_ATTEMPTS, MAX_RESTARTS } from '../core/backoff';
import type { JobError } from '../core/errors';
import { mustSkipSweep } from '../core/pull';
import type { DataModel } from '../core/unified/models';
import { begin, type TakenPull } from '../store/begin';
import { expireConnection } from '../store/connections';
import type { Database } from '../store/database';
import { type ChunkEnd, endChunk } from '../store/end-chunk';
import { failPull, finishPull } from '../store/finish';
import { countAttempt, giveAttemptBack, noteFailure, restartListing } from '../store/pull-progress';
import { isOutage, isOutOfRoom } from '../store/sql-state';
import { DeadCredentialsError, NoCredentialsError } from './access';
import { type Chunk, type ChunkOutcome, HANDED_BACK, reach } from './chunk';
import type { ActivityDeps, RunContext } from './deps';
import {
  EndlessListingError,
  type ListingState,
  phaseAfter,
  readListing,
  sweepFacts,
} from './listing';
import { createPlatformCalls, FencedError, QuotaWaitError } from './platform-calls';
import { remapQuarantined } from './remap';
import { type SweepState, sweep } from './sweeping';
import { waitInline } from './waiting';

export interface SyncChunkInput {
  readonly connectionId: string;
  readonly platform: string;
  readonly dataModel: DataModel;
}

/** What a chunk answers its workflow. */
export interface ChunkAnswer extends ChunkEnd {
  /** Epoch milliseconds of the worker's clock when `waitMs` began; missing in histories older than it. */
  readonly asOfMs?: number;
}

const DEFAULT_OVERLAP_MS = 5 * 60_000;

/**
 * The whole of syncing, at most about a minute of it: takes the data model's most urgent pull, reads pages, sweeps,
 * finishes, and says when to look again. A platform's errors never fail it; only a crash or a lost database does,
 * which Temporal's own retry mends.
 */
export async function syncChunk(
  deps: ActivityDeps,
  input: SyncChunkInput,
  run: RunContext,
): Promise<ChunkAnswer> {
  const connectionId = BigInt(input.connectionId);
  const end = await beginAndRun(deps, input, run);
  const answer = { ...end, asOfMs: Date.now() };
  await deps.reach?.('after-end', { connectionId, dataModel: input.dataModel });
  return answer;
}

async function beginAndRun(
  deps: ActivityDeps,
  input: SyncChunkInput,
  run: RunContext,
): Promise<ChunkEnd> {
  const connectionId = BigInt(input.connectionId);
  const connector = deps.findConnector(input.platform);
  const begun = await begin(deps.db, {
    connectionId,
    dataModel: input.dataModel,
    overlapMs: connector?.overlapMs ?? DEFAULT_OVERLAP_MS,
    connectorVersion: connector?.version ?? 0,
  });
  if (begun.kind === 'end') return begun.end;
  const { pull } = begun;
  const stream = connector?.streams[input.dataModel];
  if (connector === undefined || stream === undefined) {
    return failPull(deps.db, pull, {
      code: 'internal',
      message: `This release has no connector that reads ${input.dataModel} from ${input.platform}.`,
    });
  }
  return runPull(deps, connector, stream, pull, run);
}

async function settle(chunk: Chunk, outcome: ChunkOutcome): Promise<ChunkEnd> {
  const { deps, pull } = chunk;
  switch (outcome.kind) {
    case 'finished':
      await reach(chunk, 'before-finish');
      return finishPull(deps.db, pull, outcome);
    case 'failed':
      return failPull(deps.db, pull, outcome.error);
    case 'expired':
    case 'handed-back':
      return endChunk(deps.db, { connectionId: pull.connection.id, dataModel: pull.dataModel });
  }
}

async function runPull(
  deps: ActivityDeps,
  connector: Connector,
  stream: Stream,
  pull: TakenPull,
  run: RunContext,
): Promise<ChunkEnd> {
  const chunk: Chunk = {
    deps,
    connector,
    stream,
    pull,
    calls: createPlatformCalls(deps, connector, pull, run),
    run,
    startedAt: Date.now(),
  };
  const from = performance.now();
  try {
    await reach(chunk, 'after-begin');
    const outcome = await goOnUntilDone(chunk);
    await chunk.calls.settled();
    return await settle(chunk, outcome);
  } catch (error) {
    // A disk that is full for an hour, or a database that comes and goes, must not use the ten attempts up.
    if (isOfTheDatabase(deps.db, error, from)) {
      await giveAttemptBack(deps.db, pull).catch(() => false);
    }
    throw error;
  }
}

function isOfTheDatabase(db: Database, error: unknown, from: number): boolean {
  return isOutOfRoom(error) || isOutage(error) || db.hasFailedSince(from);
}

async function goOnUntilDone(chunk: Chunk): Promise<ChunkOutcome> {
  const progress = new Progress(chunk.pull);
  for (;;) {
    try {
      return await goOn(chunk, progress);
    } catch (error) {
      const outcome = await afterError(chunk, progress, error);
      if (outcome !== null) return outcome;
    }
  }
}

/** Where the pull stands as this attempt has stored it. */
class Progress {
  readonly listing: ListingState;
  /** null while listing. */
  sweep: SweepState | null;
  attempts: number;
  restarts: number;
  #furthestPage: number;

  constructor(pull: TakenPull) {
    const { phase, cursor, sweepAfter } = pull.checkpoint;
    this.listing = {
      cursor,
      page: pull.listingPage,
      firstDate: null,
      phase: phase === 'relisting' ? 'relisting' : 'listing',
      unreadableIds: pull.unreadableIds,
      emptyEnd: null,
    };
    this.sweep =
      phase === 'confirming' || phase === 'tombstoning' ? { phase, after: sweepAfter ?? '' } : null;
    this.attempts = pull.attempts;
    this.restarts = pull.restarts;
    this.#furthestPage = pull.furthestPage;
  }

  /** A listing of its own, with its own place and its own measure of getting further. */
  beginSecondListing(): void {
    this.listing.phase = 'relisting';
    this.listing.cursor = null;
    this.listing.page = 0;
    this.restarts = 0;
    this.#furthestPage = 0;
  }

  readonly stored = (): void => {
    this.attempts = 0;
    if (this.listing.page > this.#furthestPage) {
      this.#furthestPage = this.listing.page;
      this.restarts = 0;
    }
  };
}

/** Goes on from where the pull stands, until it is finished or handed back. */
async function goOn(chunk: Chunk, progress: Progress): Promise<ChunkOutcome> {
  if (chunk.pull.hasOldRejects) await remapQuarantined(chunk);
  while (progress.sweep === null) {
    const { listing } = progress;
    if ((await readListing(chunk, listing, progress.stored)) === 'hand-back') return HANDED_BACK;
    switch (phaseAfter(chunk, listing)) {
      case 'end':
        return {
          kind: 'finished',
          sweepSkipped: false,
          sweepDone: true,
          emptyEnd: listing.emptyEnd,
        };
      case 'relisting':
        progress.beginSecondListing();
        break;
      case 'confirming':
        progress.sweep = { phase: 'confirming', after: '' };
    }
  }
  // Asked here and not when the listing ends: an attempt that goes on from a stored checkpoint comes past it too.
  if (mustSkipSweep(sweepFacts(chunk, progress.listing))) {
    return { kind: 'finished', sweepSkipped: true, sweepDone: false };
  }
  return sweep(chunk, progress.sweep, progress.stored);
}

/** What an error leads to: an outcome, or null to try once more from where the pull stands. */
async function afterError(
  chunk: Chunk,
  progress: Progress,
  error: unknown,
): Promise<ChunkOutcome | null> {
  if (error instanceof FencedError || error instanceof QuotaWaitError) return HANDED_BACK;
  // Disconnected or deleted meanwhile: the pull was ended in that transaction.
  if (error instanceof NoCredentialsError) return HANDED_BACK;
  if (error instanceof DeadCredentialsError) return expire(chunk, progress, error);
  if (error instanceof EndlessListingError) {
    return { kind: 'failed', error: { code: 'no-progress', message: error.message } };
  }
  if (!(error instanceof PlatformError)) throw error;
  switch (error.kind) {
    case 'transient':
    // Both were renewed away, or have become a `DeadCredentialsError`.
    case 'unauthorised':
    case 'invalid-grant':
      return afterTransient(chunk, progress, error);
    case 'rate-limited':
      // The ledger is blocked for everyone now; the next permit waits, here or asleep.
      return null;
    case 'cursor-expired':
      return afterLostCursor(chunk, progress);
    case 'refused':
      return {
        kind: 'failed',
        error: {
          code: 'platform-denied',
          // Without a status it is we who refuse: the address, or an answer too large to be read.
          message:
            error.status === null
              ? error.message
              : `The platform refuses the request: ${error.message}`,
        },
      };
  }
}

async function afterTransient(
  chunk: Chunk,
  progress: Progress,
  error: PlatformError,
): Promise<ChunkOutcome | null> {
  const { db } = chunk.deps;
  const failure: JobError = { code: 'platform-unavailable', message: error.message };
  // The page after a stored one is asked for before anything counts it.
  const attempts = Math.max(1, progress.attempts);
  if (attempts >= MAX_ATTEMPTS) {
    return {
      kind: 'failed',
      error: {
        code: 'platform-unavailable',
        message: `${MAX_ATTEMPTS} attempts in a row failed; the last: ${error.message}`,
      },
    };
  }
  const waitMs = Math.max(error.retryAfterMs ?? 0, backoffMs(attempts, chunk.deps.backoff));
  if (waitMs > INLINE_WAIT_MS || chunk.deps.isStopping()) {
    await noteFailure(db, chunk.pull, { error: failure, retryInMs: waitMs });
    return HANDED_BACK;
  }
  if (!(await noteFailure(db, chunk.pull, { error: failure, retryInMs: null }))) return HANDED_BACK;
  await waitInline(chunk.run, waitMs, 'back-off');
  if (!(await countAttempt(db, chunk.pull))) return HANDED_BACK;
  progress.attempts = attempts + 1;
  return null;
}

async function afterLostCursor(chunk: Chunk, progress: Progress): Promise<ChunkOutcome | null> {
  progress.restarts += 1;
  if (progress.restarts >= MAX_RESTARTS) {
    return {
      kind: 'failed',
      error: {
        code: 'no-progress',
        message: `The platform dropped the listing's cursor ${MAX_RESTARTS} times before it got further than before.`,
      },
    };
  }
  if (!(await restartListing(chunk.deps.db, chunk.pull))) return HANDED_BACK;
  progress.listing.cursor = null;
  progress.listing.page = 0;
  return null;
}

async function expire(
  chunk: Chunk,
  progress: Progress,
  error: DeadCredentialsError,
): Promise<ChunkOutcome | null> {
  const expired = await expireConnection(chunk.deps.db, {
    connectionId: chunk.pull.connection.id,
    version: error.version,
    reason: error.message,
  });
  if (expired) return { kind: 'expired', reason: error.message };
  // Reconnected meanwhile: the new credentials deserve a try, as one more attempt.
  return afterTransient(chunk, progress, new PlatformError('transient', error.message));
}
