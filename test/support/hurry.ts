import { modelWorkflowId } from '../../workflows/contract';
import type { DataModel } from '../../core/unified/models';
import type { Stack } from './stack';
import { until } from './until';

/**
 * Has Temporal repeat the activity that a model's workflow waits for within milliseconds from now on, as often as it
 * crashes; the product's own pace would take minutes. Nothing else of the activity changes.
 */
export async function hurryRepeats(
  stack: Stack,
  connectionId: bigint,
  dataModel: DataModel,
): Promise<void> {
  await until('Temporal to take the new pace', 10_000, async () => {
    try {
      await stack.temporal.workflowService.updateActivityOptions({
        namespace: stack.temporal.options.namespace,
        execution: { workflowId: modelWorkflowId(connectionId.toString(), dataModel) },
        type: 'syncChunk',
        activityOptions: {
          retryPolicy: { initialInterval: { nanos: 20_000_000 }, backoffCoefficient: 1 },
        },
        updateMask: {
          paths: ['retry_policy.initial_interval', 'retry_policy.backoff_coefficient'],
        },
      });
      return true;
    } catch {
      // Between two of its activities there is none to change.
      return null;
    }
  });
}
