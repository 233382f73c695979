import type { Declared } from '../../core/quota';
import type { Connector } from '../contract';

const DEFAULT_CONCURRENCY = 4;

/** The ledger's key: two connections that share an account at a platform share its quota. */
export function quotaAccount(integrationType: string, account: string): string {
  return `${integrationType}:${account}`;
}

/** A connector's limits as the quota ledger begins with them. */
export function declaredLimits(connector: Connector): Declared {
  return {
    windows: connector.limits.windows,
    counting: connector.limits.counting,
    concurrent: connector.limits.concurrent ?? DEFAULT_CONCURRENCY,
    observable: connector.observeLimits !== undefined,
  };
}
