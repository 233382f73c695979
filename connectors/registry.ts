import type { Connector } from './contract';
import { rootfiSandbox } from './rootfi-sandbox/connector';
import { tryton } from './tryton/connector';

/** Every platform this build can sync from. */
export const CONNECTORS: readonly Connector[] = [rootfiSandbox, tryton];

/** The connector of a wire `integration_type`; undefined for a platform we do not know. */
export function findConnector(integrationType: string): Connector | undefined {
  return CONNECTORS.find((connector) => connector.integrationType === integrationType);
}
