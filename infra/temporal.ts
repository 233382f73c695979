import { readFileSync } from 'node:fs';
import {
  Client,
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  isGrpcServiceError,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import {
  type Changed,
  type ConnectionInput,
  connectionWorkflowId,
  type ModelSyncInput,
  modelWorkflowId,
  SEARCH_ATTRIBUTES,
  SIGNALS,
  type SyncRequested,
  TASK_QUEUE,
  WORKFLOW_TYPES,
} from '../workflows/contract';
import type { TemporalConfig } from './config';
import type { Logger } from './logger';

/** Longest a caller waits for Temporal; past it the repairer wakes the connection instead. */
const WAKE_DEADLINE_MS = 2_000;
const CHECK_DEADLINE_MS = 2_000;

/** gRPC's own back-off grows to two minutes: a server that is back would be found that late. */
const RECONNECT = {
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.min_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
};

/** gRPC status 6. */
const ALREADY_EXISTS = 6;

/** Address and credentials of the Temporal server, for the client's `Connection` and the worker's `NativeConnection`. */
export function temporalAddress(
  config: TemporalConfig,
): Pick<ConnectionOptions, 'address' | 'tls'> & { apiKey?: string } {
  return {
    address: config.address,
    ...(config.apiKey === null ? {} : { apiKey: config.apiKey, tls: true }),
    ...(config.tls === null ? {} : { tls: tlsOptions(config.tls) }),
  };
}

function tlsOptions(tls: NonNullable<TemporalConfig['tls']>) {
  return {
    ...(tls.serverName === null ? {} : { serverNameOverride: tls.serverName }),
    ...(tls.caPath === null ? {} : { serverRootCACertificate: readFileSync(tls.caPath) }),
    ...(tls.certPath === null || tls.keyPath === null
      ? {}
      : { clientCertPair: { crt: readFileSync(tls.certPath), key: readFileSync(tls.keyPath) } }),
  };
}

/** A client that connects with its first call, so that a process starts and answers while Temporal is down. */
export function createTemporalClient(config: TemporalConfig): {
  client: Client;
  connection: Connection;
} {
  const connection = Connection.lazy({ ...temporalAddress(config), channelArgs: RECONNECT });
  return { client: new Client({ connection, namespace: config.namespace }), connection };
}

export type WakeMessage =
  | { readonly signal: 'syncRequested'; readonly payload: SyncRequested }
  | { readonly signal: 'changed'; readonly payload: Changed };

/** How a request that is already stored tells Temporal to look. */
export interface TemporalWaker {
  /**
   * Signals the connection's workflow and starts it where it does not run. Never throws and takes 2 s at most; false
   * where Temporal could not be reached, which loses nothing: the repairer wakes what is overdue.
   */
  wakeConnection(connectionId: bigint, platform: string, message: WakeMessage): Promise<boolean>;
  /** Whether the server answers within 2 s and knows the namespace. */
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}

export function createTemporalWaker(config: TemporalConfig, logger: Logger): TemporalWaker {
  const connection = Connection.lazy({
    ...temporalAddress(config),
    channelArgs: RECONNECT,
    // Tries again for about a second, which bridges a restart; the SDK's own half minute would outlive the caller.
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: 4 }))],
  });
  const client = new Client({ connection, namespace: config.namespace });
  const pending = new Set<Promise<unknown>>();
  const track = <T>(act: () => Promise<T>) => {
    const call = act().finally(() => pending.delete(call));
    pending.add(call);
    return call;
  };
  return {
    async wakeConnection(connectionId, platform, message) {
      const act = () =>
        track(() => signalConnection(client, String(connectionId), platform, message));
      return succeeds(connection, WAKE_DEADLINE_MS, act, (error) => {
        logger.warn({ connectionId: String(connectionId), err: error }, 'connection not woken');
      });
    },
    async isReachable() {
      const act = () =>
        track(() => connection.workflowService.describeNamespace({ namespace: config.namespace }));
      return succeeds(connection, CHECK_DEADLINE_MS, act, (error) => {
        logger.debug({ err: error }, 'Temporal does not answer');
      });
    },
    async close() {
      // A call that is between two tries would try on a closed channel, and end the process.
      await Promise.allSettled(pending);
      await connection.close();
    },
  };
}

/** Signals `conn/<connectionId>`, starting it where it does not run. Throws what the client throws. */
export async function signalConnection(
  client: Client,
  connectionId: string,
  platform: string,
  message: WakeMessage,
): Promise<void> {
  const input: ConnectionInput = { connectionId, platform };
  await client.workflow.signalWithStart(WORKFLOW_TYPES.connection, {
    workflowId: connectionWorkflowId(connectionId),
    taskQueue: TASK_QUEUE,
    args: [input],
    signal: SIGNALS[message.signal],
    signalArgs: [message.payload],
    typedSearchAttributes: searchAttributes({ connectionId, platform }),
    staticSummary: `${platform}, connection ${connectionId}`,
  });
}

/** Has a model's workflow look, starting it where it does not run. Throws what the client throws. */
export async function signalModel(client: Client, input: ModelSyncInput): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOW_TYPES.modelSync, {
    workflowId: modelWorkflowId(input.connectionId, input.dataModel),
    taskQueue: TASK_QUEUE,
    args: [input],
    signal: SIGNALS.look,
    signalArgs: [],
    typedSearchAttributes: searchAttributes(input),
    staticSummary: `${input.dataModel} of ${input.platform}, connection ${input.connectionId}`,
  });
}

/** Search attributes to start a workflow with. */
export function searchAttributes(of: {
  connectionId: string;
  platform: string;
  dataModel?: string;
}): SearchAttributePair[] {
  const keyword = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');
  return [
    { key: keyword(SEARCH_ATTRIBUTES.connectionId), value: of.connectionId },
    { key: keyword(SEARCH_ATTRIBUTES.platform), value: of.platform },
    ...(of.dataModel === undefined
      ? []
      : [{ key: keyword(SEARCH_ATTRIBUTES.dataModel), value: of.dataModel }]),
  ];
}

/** IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD of Temporal's API. */
const KEYWORD_TYPE = 2;

/** Registers our search attributes where the server lacks them. Temporal Cloud refuses this call: they are made by hand there. */
export async function registerSearchAttributes(
  connection: Pick<Connection, 'operatorService'>,
  namespace: string,
): Promise<void> {
  // One by one: the server refuses a whole list when it knows one of its names.
  for (const name of Object.values(SEARCH_ATTRIBUTES)) {
    try {
      await connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: { [name]: KEYWORD_TYPE },
      });
    } catch (error) {
      if (!isGrpcServiceError(error) || error.code !== ALREADY_EXISTS) throw error;
    }
  }
}

async function succeeds(
  connection: Connection,
  deadlineMs: number,
  act: () => Promise<unknown>,
  onError: (error: unknown) => void,
): Promise<boolean> {
  const deadline = new Deadline(deadlineMs);
  try {
    // gRPC's deadline frees the call; the timer beside it bounds what happens before a call is made.
    await Promise.race([connection.withDeadline(deadline.at, act), deadline.passed]);
    return true;
  } catch (error) {
    onError(error);
    return false;
  } finally {
    deadline.clear();
  }
}

class Deadline {
  readonly at: Date;
  readonly passed: Promise<never>;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.at = new Date(Date.now() + ms);
    this.passed = new Promise((_, reject) => {
      this.#timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms.`)), ms);
    });
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
