import { WorkflowNotFoundError } from '@temporalio/client';
import { signalConnection, signalModel } from '../infra/temporal';
import { type Overdue, prune, purgeDeleted, takeOverdue } from '../store/repair';
import { applyPendingConfigs } from '../store/sync-configs';
import { modelWorkflowId } from '../workflows/contract';
import type { ActivityDeps, RunContext } from './deps';

export interface RepairReport {
  readonly woken: number;
  readonly restarted: number;
  readonly configsApplied: number;
  readonly rowsRemoved: number;
}

const WAKE_BATCH = 1_000;
const CONFIG_BATCH = 200;
/** The repairer comes every 30 s; what is left waits for the next time. */
const PURGE_MS = 20_000;

/**
 * Heals what a lost signal, a lost workflow or an interrupted deletion left behind: wakes overdue models, starts
 * workflows anew that do not answer, carries an organisation's config over, removes what is deleted or old.
 */
export async function repair(deps: ActivityDeps, run: RunContext): Promise<RepairReport> {
  const overdue = await takeOverdue(deps.db, WAKE_BATCH);
  let restarted = 0;
  for (const model of overdue) {
    if (model.stuck) {
      await terminate(deps, model);
      restarted += 1;
    }
    await signalModel(deps.temporal, {
      connectionId: model.connectionId.toString(),
      platform: model.platform,
      dataModel: model.dataModel,
    });
  }
  run.heartbeat({ woken: overdue.length });
  const applied = await applyPendingConfigs(deps.db, CONFIG_BATCH);
  for (const { connectionId, platform } of applied) {
    await signalConnection(deps.temporal, connectionId.toString(), platform, {
      signal: 'changed',
      payload: { what: 'config' },
    });
  }
  const purged = await purgeDeleted(deps.db, Date.now() + PURGE_MS);
  const pruned = await prune(deps.db, deps.retention);
  return {
    woken: overdue.length,
    restarted,
    configsApplied: applied.length,
    rowsRemoved: purged + pruned,
  };
}

/** Nothing lives in a model's workflow, so one that cannot go on (an old history the code cannot replay) is dropped. */
async function terminate(deps: ActivityDeps, model: Overdue): Promise<void> {
  const id = modelWorkflowId(model.connectionId.toString(), model.dataModel);
  try {
    await deps.temporal.workflow.getHandle(id).terminate('Did not answer for 5 minutes');
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
