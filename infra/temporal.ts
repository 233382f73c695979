import { readFileSync } from 'node:fs';
import {
  Client,
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  isGrpcServiceError,
  makeGrpcRetryInterceptor,
  ServiceError,
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
import { listWorkers, type WorkerSighting } from './temporal-workers';

/** Longest a caller waits for Temporal; past it the repairer wakes the connection instead. */
const WAKE_DEADLINE_MS = 2_000;
const CHECK_DEADLINE_MS = 2_000;

/** gRPC's own back-off grows to two minutes: a server that is back would be found that late. */
const RECONNECT = {
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.min_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
};

/** gRPC statuses. */
const DEADLINE_EXCEEDED = 4;
const ALREADY_EXISTS = 6;

/** Address and credentials of the Temporal server, for the API's `Connection` and the worker's `NativeConnection`. */
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
  /** The workers that the server has heard of lately; null where it does not answer within 2 s. */
  workers(): Promise<readonly WorkerSighting[] | null>;
  close(): Promise<void>;
}

export function createTemporalWaker(config: TemporalConfig, logger: Logger): TemporalWaker {
  const lines = new Lines(config);
  return {
    async wakeConnection(connectionId, platform, message) {
      const act = ({ client }: Line) =>
        signalConnection(client, String(connectionId), platform, message);
      return lines.succeeds(WAKE_DEADLINE_MS, act, (error) => {
        logger.warn({ connectionId: String(connectionId), err: error }, 'connection not woken');
      });
    },
    async isReachable() {
      const act = ({ connection }: Line) =>
        connection.workflowService.describeNamespace({ namespace: config.namespace });
      return lines.succeeds(CHECK_DEADLINE_MS, act, (error) => {
        logger.debug({ err: error }, 'Temporal does not answer');
      });
    },
    async workers() {
      let found: readonly WorkerSighting[] = [];
      const act = async ({ connection }: Line) => {
        found = await listWorkers(connection, config.namespace);
      };
      const isAnswered = await lines.succeeds(CHECK_DEADLINE_MS, act, (error) => {
        logger.debug({ err: error }, 'Temporal does not answer');
      });
      return isAnswered ? found : null;
    },
    close: () => lines.close(),
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

/** One connection to the server, with the calls that are under way on it. */
interface Line {
  readonly connection: Connection;
  readonly client: Client;
  readonly calls: Set<Promise<unknown>>;
}

/**
 * A connection to the server that is replaced when a call gets no answer. gRPC notices a connection that a network has
 * swallowed after 45 s, and one that was made meanwhile, whose first words were swallowed, never.
 */
class Lines {
  #line: Line;
  readonly #closing = new Set<Promise<unknown>>();

  constructor(private readonly config: TemporalConfig) {
    this.#line = this.#open();
  }

  /** Whether the call ends well in time. */
  async succeeds(
    deadlineMs: number,
    act: (line: Line) => Promise<unknown>,
    onError: (error: unknown) => void,
  ): Promise<boolean> {
    const line = this.#line;
    const deadline = new Deadline(deadlineMs);
    try {
      // gRPC's deadline frees the call; the timer beside it bounds what happens before a call is made.
      const call = line.connection.withDeadline(deadline.at, () => track(line, act));
      await Promise.race([call, deadline.passed]);
      return true;
    } catch (error) {
      onError(error);
      if (isSilence(error)) this.#replace(line);
      return false;
    } finally {
      deadline.clear();
    }
  }

  async close(): Promise<void> {
    await Promise.all([hangUp(this.#line), ...this.#closing]);
  }

  #open(): Line {
    const connection = Connection.lazy({
      ...temporalAddress(this.config),
      // By default a new connection to the same server would take the socket of the one it replaces.
      channelArgs: { ...RECONNECT, 'grpc.use_local_subchannel_pool': 1 },
      // Tries again for about a second, which bridges a restart; the SDK's own half minute would outlive the caller.
      interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: 4 }))],
    });
    const client = new Client({ connection, namespace: this.config.namespace });
    return { connection, client, calls: new Set() };
  }

  #replace(line: Line): void {
    // Of many calls that had no answer at once the first has done it.
    if (line !== this.#line) return;
    this.#line = this.#open();
    const closing = hangUp(line).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

function track<T>(line: Line, act: (line: Line) => Promise<T>): Promise<T> {
  const call = act(line).finally(() => line.calls.delete(call));
  line.calls.add(call);
  return call;
}

/** A call that is between two tries would try on a closed channel, and end the process. */
async function hangUp(line: Line): Promise<void> {
  await Promise.allSettled(line.calls);
  await line.connection.close();
}

class NoAnswer extends Error {}

function isSilence(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  // The client wraps what gRPC says.
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && cause.code === DEADLINE_EXCEEDED;
}

class Deadline {
  readonly at: Date;
  readonly passed: Promise<never>;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.at = new Date(Date.now() + ms);
    this.passed = new Promise((_, reject) => {
      this.#timer = setTimeout(() => reject(new NoAnswer(`No answer within ${ms} ms.`)), ms);
    });
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
