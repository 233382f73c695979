import {
  CancellationScope,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { syncChunk } from './activities';
import type { ModelSyncInput } from './contract';
import { lookSignal } from './messages';

/** Short histories replay fast when a worker's cache has dropped them. */
const MAX_EVENTS = 500;
/** A timer's summary is cut by the server at 200 bytes. */
const SUMMARY_LENGTH = 180;

/**
 * The long-running child of one data model: runs a chunk of syncing, then waits for as long as it was told, or for a
 * look. Its id forbids two at once. It never fails, and nothing lives in it.
 */
export async function modelSync(input: ModelSyncInput): Promise<void> {
  let mustLook = false;
  setHandler(lookSignal, () => {
    mustLook = true;
  });
  for (;;) {
    mustLook = false;
    const end = await syncChunk(input);
    setCurrentDetails(end.words);
    if (end.state === 'gone' && !mustLook) return;
    if (workflowInfo().historyLength > MAX_EVENTS) await continueAsNew<typeof modelSync>(input);
    if (end.state !== 'idle') continue;
    if (end.waitMs === null) await condition(() => mustLook);
    else await waitOrLook(end.waitMs, end.words, () => mustLook);
  }
}

/**
 * Waits for a timer or a look. A condition with a time-out would do the same, but it cancels its scope each time, which
 * costs an error with a stack trace: a seventh of what a tick costs the workflow thread.
 */
async function waitOrLook(ms: number, words: string, mustLook: () => boolean): Promise<void> {
  const scope = new CancellationScope();
  let isOver = false;
  const timer = scope.run(() => sleep(ms, { summary: words.slice(0, SUMMARY_LENGTH) }));
  timer.then(
    () => {
      isOver = true;
    },
    // Cancelled below, when the look has come first.
    () => undefined,
  );
  await condition(() => isOver || mustLook());
  if (!isOver) scope.cancel();
}
