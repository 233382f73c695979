import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import {
  REPAIR_SCHEDULE_ID,
  REPAIR_WORKFLOW_ID,
  TASK_QUEUE,
  WORKFLOW_TYPES,
} from '../workflows/contract';
import type { Logger } from './logger';

const EVERY = '30s';
/** A round that hangs is ended, so that the next can come. */
const TIMEOUT = '5m';
/** Rounds missed while the server was down are of no use. */
const CATCH_UP = '1m';

/** Makes the installation's one Temporal Schedule where it is missing. */
export async function ensureRepairSchedule(client: Client, logger: Logger): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: REPAIR_SCHEDULE_ID,
      spec: { intervals: [{ every: EVERY }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP },
      action: {
        type: 'startWorkflow',
        workflowType: WORKFLOW_TYPES.repair,
        workflowId: REPAIR_WORKFLOW_ID,
        taskQueue: TASK_QUEUE,
        args: [],
        workflowExecutionTimeout: TIMEOUT,
        staticSummary: 'Wakes what is overdue, removes what is deleted',
      },
    });
    logger.info('repair schedule created');
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
