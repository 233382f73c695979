import { defineSearchAttributeKey, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { DataModel } from '../core/unified/models';
import { plan } from './activities';
import {
  type ConnectionInput,
  type ModelSyncInput,
  modelWorkflowId,
  SEARCH_ATTRIBUTES,
  WORKFLOW_TYPES,
} from './contract';
import {
  type ConnectionStatus,
  changedSignal,
  lookSignal,
  statusQuery,
  syncRequestedSignal,
} from './messages';

/**
 * The supervisor of one connection, for as long as it lives: whatever it is told, it asks the database which data
 * models are to be synced, starts what is missing of their workflows and has them look. Nothing depends on what it
 * remembers.
 */
export async function connection(input: ConnectionInput): Promise<void> {
  const status: { lastMessage: string; enabled: readonly string[] } = {
    lastMessage: 'started',
    enabled: [],
  };
  let hasMail = true;
  const tell = (message: string) => {
    status.lastMessage = message;
    hasMail = true;
  };
  setHandler(syncRequestedSignal, ({ syncId, mode }) => tell(`sync ${syncId} requested (${mode})`));
  setHandler(changedSignal, ({ what }) => tell(`changed: ${what}`));
  setHandler(statusQuery, () => status);

  for (;;) {
    await condition(() => hasMail);
    hasMail = false;
    const current = await plan({ connectionId: input.connectionId });
    status.enabled = current.enabled;
    setCurrentDetails(describe(status));
    await Promise.all(
      [...new Set([...current.enabled, ...current.look])].map((dataModel) =>
        attend(input, dataModel, {
          mustLive: current.enabled.includes(dataModel),
          mustLook: current.look.includes(dataModel),
        }),
      ),
    );
    if (current.gone && !hasMail) return;
    if (workflowInfo().continueAsNewSuggested && !hasMail) {
      // Children outlive this: they are abandoned by policy, and found again by their ids.
      await continueAsNew<typeof connection>(input);
    }
  }
}

/** Has a model's workflow look, starting it where it must live and does not. */
async function attend(
  connection: ConnectionInput,
  dataModel: DataModel,
  wanted: { mustLive: boolean; mustLook: boolean },
): Promise<void> {
  if (wanted.mustLive && (await startModel(connection, dataModel))) return;
  if (!wanted.mustLook) return;
  const id = modelWorkflowId(connection.connectionId, dataModel);
  try {
    await getExternalWorkflowHandle(id).signal(lookSignal);
  } catch (error) {
    // It ended between the two: its last look saw that it was not wanted. If that has changed since, the change
    // itself sends another message, and the repairer comes after it.
    log.debug('model workflow not there', { dataModel, error: String(error) });
  }
}

/** Starts a model's workflow; false where it runs already. */
async function startModel(connection: ConnectionInput, dataModel: DataModel): Promise<boolean> {
  const input: ModelSyncInput = { ...connection, dataModel };
  try {
    await startChild(WORKFLOW_TYPES.modelSync, {
      workflowId: modelWorkflowId(connection.connectionId, dataModel),
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      typedSearchAttributes: [
        { key: keyword(SEARCH_ATTRIBUTES.connectionId), value: connection.connectionId },
        { key: keyword(SEARCH_ATTRIBUTES.platform), value: connection.platform },
        { key: keyword(SEARCH_ATTRIBUTES.dataModel), value: dataModel },
      ],
      staticSummary: `${dataModel} of ${connection.platform}, connection ${connection.connectionId}`,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

function keyword(name: string) {
  return defineSearchAttributeKey(name, 'KEYWORD');
}

function describe(status: ConnectionStatus): string {
  const models = status.enabled.length === 0 ? 'none' : status.enabled.join(', ');
  return `Synced data models: ${models}\n\nLast message: ${status.lastMessage}`;
}
