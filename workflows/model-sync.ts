import {
  CancellationScope,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { leftOfWait } from '../core/timer';
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
  // Of all waits until a look cancels it: each promise costs the workflow thread a stack trace, and a scope has three.
  let waits = new CancellationScope();
  setHandler(lookSignal, () => {
    mustLook = true;
    waits.cancel();
  });
  for (;;) {
    if (mustLook) waits = new CancellationScope();
    mustLook = false;
    const end = await syncChunk(input);
    setCurrentDetails(end.words);
    if (end.state === 'gone' && !mustLook) return;
    if (workflowInfo().historyLength > MAX_EVENTS) await continueAsNew<typeof modelSync>(input);
    if (end.state !== 'idle') continue;
    const { waitMs } = end;
    if (waitMs === null) {
      await condition(() => mustLook);
      continue;
    }
    const now = Date.now();
    const leftMs = leftOfWait(waitMs, end.asOfMs ?? now, now);
    try {
      await waits.run(() => sleep(leftMs, { summary: end.words.slice(0, SUMMARY_LENGTH) }));
    } catch (error) {
      // A look has cancelled it; else someone has cancelled the workflow.
      if (!mustLook) throw error;
    }
  }
}
