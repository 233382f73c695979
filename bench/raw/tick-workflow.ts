import { continueAsNew, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: '30s' });

/** The least that a resident workflow can do at each tick: sleep, and run one activity that does nothing. */
export async function rawTick(input: { readonly sleepMs: number }): Promise<void> {
  for (;;) {
    await sleep(input.sleepMs);
    await nothing();
    if (workflowInfo().historyLength > 500) await continueAsNew<typeof rawTick>(input);
  }
}
