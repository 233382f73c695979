import type { DataModel } from '../core/unified/models';
import { modelsOf } from '../store/plan';
import type { ActivityDeps } from './deps';

export interface Plan {
  /** Models whose workflows must live. */
  readonly enabled: readonly DataModel[];
  /** Models, enabled or not, whose workflows must look now: there is work, or they must end. */
  readonly look: readonly DataModel[];
  /** The connection is deleted: its own workflow ends too. */
  readonly gone: boolean;
}

/** Answers from the database which data models of a connection are synced, and which must look. */
export async function plan(
  deps: ActivityDeps,
  input: { readonly connectionId: string },
): Promise<Plan> {
  const found = await modelsOf(deps.db, BigInt(input.connectionId));
  if (found === null) return { enabled: [], look: [], gone: true };
  return {
    enabled: found.models.filter((model) => model.isWanted).map((model) => model.dataModel),
    look: found.models
      .filter((model) => model.mustLook || found.deleted)
      .map((model) => model.dataModel),
    gone: found.deleted,
  };
}
