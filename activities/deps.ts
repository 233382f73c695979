import type { Client } from '@temporalio/client';
import type { Connector, ConnectorSettings } from '../connectors/contract';
import type { BackoffConfig } from '../core/backoff';
import type { Logger } from '../infra/logger';
import type { Sealer } from '../infra/secrets';
import type { Database } from '../store/database';
import type { Retention } from '../store/repair';
import type { ReachFaultPoint } from './fault-points';
import type { RequestLog } from './request-log';

/** What the activities work with; made once by the worker. */
export interface ActivityDeps {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly logger: Logger;
  readonly temporal: Client;
  readonly findConnector: (integrationType: string) => Connector | undefined;
  readonly settings: ConnectorSettings;
  /** Whether addresses that users name must be public ones: asked again at each call, as a name may have moved since. */
  readonly refusePrivateTargets: boolean;
  readonly backoff: BackoffConfig;
  /** Bound of one call to a platform, in milliseconds; below the life of its lease. */
  readonly callTimeoutMs: number;
  readonly retention: Retention;
  readonly requestLog: RequestLog;
  /** True once the worker has been asked to stop: chunks hand back after the page they are at. */
  readonly isStopping: () => boolean;
  /** Tests only. */
  readonly reach?: ReachFaultPoint;
}

/** What an activity needs of Temporal while it runs. */
export interface RunContext {
  /** Progress for people; the stored checkpoint is the truth. */
  heartbeat(details: Readonly<Record<string, unknown>>): void;
  readonly signal: AbortSignal;
}
