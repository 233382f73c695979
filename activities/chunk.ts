import type { Connector, Stream } from '../connectors/contract';
import type { JobError } from '../core/errors';
import type { TakenPull } from '../store/begin';
import type { Finish } from '../store/finish';
import type { ActivityDeps, RunContext } from './deps';
import type { FaultPoint } from './fault-points';
import type { PlatformCalls } from './platform-calls';

/** One attempt at a pull: what it works with, and what it must not outlive. */
export interface Chunk {
  readonly deps: ActivityDeps;
  readonly connector: Connector;
  readonly stream: Stream;
  readonly pull: TakenPull;
  readonly calls: PlatformCalls;
  readonly run: RunContext;
  readonly startedAt: number;
}

/** How a chunk's work on its pull came out. */
export type ChunkOutcome =
  /** All is read, and swept where that was asked for. */
  | ({ readonly kind: 'finished' } & Finish)
  /** The pull goes on in another chunk, now or later; where it stands is stored. */
  | { readonly kind: 'handed-back' }
  | { readonly kind: 'failed'; readonly error: JobError }
  | { readonly kind: 'expired'; readonly reason: string };

/** Waits for whatever a test has armed at this moment of the chunk. */
export async function reach(chunk: Chunk, point: FaultPoint): Promise<void> {
  const { deps, pull } = chunk;
  await deps.reach?.(point, { connectionId: pull.connection.id, dataModel: pull.dataModel });
}

export const HANDED_BACK: ChunkOutcome = { kind: 'handed-back' };
