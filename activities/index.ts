import { Context } from '@temporalio/activity';
import type { ActivityDeps, RunContext } from './deps';
import { type Plan, plan } from './plan';
import { type RepairReport, repair } from './repair';
import { type ChunkAnswer, type SyncChunkInput, syncChunk } from './sync-chunk';

/** The activities as workflows call them; plain JSON in and out, no records. */
export interface Activities {
  plan(input: { readonly connectionId: string }): Promise<Plan>;
  syncChunk(input: SyncChunkInput): Promise<ChunkAnswer>;
  repair(): Promise<RepairReport>;
}

/** Binds the activities to what they work with. */
export function createActivities(deps: ActivityDeps): Activities {
  return {
    plan: (input) => plan(deps, input),
    syncChunk: (input) => syncChunk(deps, input, runContext()),
    repair: () => repair(deps, runContext()),
  };
}

function runContext(): RunContext {
  const context = Context.current();
  return {
    heartbeat: (details) => context.heartbeat(details),
    signal: context.cancellationSignal,
  };
}
