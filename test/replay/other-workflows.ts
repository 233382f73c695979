import { sleep } from '@temporalio/workflow';

/** What the recorded workflow is not: it sleeps before its first activity. */
export async function modelSync(): Promise<void> {
  await sleep('1 hour');
}
