import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';

/**
 * Their own retries are for crashes, lost heartbeats and a lost database only: without a limit, at most 30 s apart.
 * What a platform does never fails them, and waits for it are the workflow's own timers, which a look interrupts.
 */
const RETRY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' } as const;

export const { plan } = proxyActivities<Pick<Activities, 'plan'>>({
  startToCloseTimeout: '30s',
  retry: RETRY,
});

export const { syncChunk } = proxyActivities<Pick<Activities, 'syncChunk'>>({
  startToCloseTimeout: '3m',
  heartbeatTimeout: '30s',
  retry: RETRY,
});

export const { repair } = proxyActivities<Pick<Activities, 'repair'>>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: '60s',
  retry: { ...RETRY, maximumAttempts: 3 },
});
