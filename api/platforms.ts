import type { Authorised, Connector, ConnectorSettings } from '../connectors/contract';
import { PlatformError } from '../connectors/engine/errors';
import { createSendTo } from '../connectors/engine/token-call';
import { AppError, invalid } from '../core/errors';
import { assertNever } from '../core/names';
import { DATA_MODELS, type DataModel } from '../core/unified/models';
import { toAppError } from './http/validation';

/** A person waits for the answer: a platform that says nothing for this long is out of reach. */
const AUTHORISE_LIMIT_MS = 20_000;

/** The platforms that can be connected. */
export interface Platforms {
  /** Throws `AppError` (400) for a platform this build has no connector for. */
  find(integrationType: string): Connector;
  /**
   * Tries what a person gave, with one call. Throws `AppError`: 400 for credentials of the wrong shape or refused by
   * the platform, 503 where it cannot be reached.
   */
  authorise(connector: Connector, given: unknown): Promise<Authorised>;
  readonly known: readonly Connector[];
}

export function createPlatforms(
  known: readonly Connector[],
  settings: ConnectorSettings,
  options: { allowPrivateTargets: boolean },
): Platforms {
  return {
    known,
    find(integrationType) {
      const connector = known.find((each) => each.integrationType === integrationType);
      if (connector === undefined) {
        throw invalid('integration_type', 'There is no connector for this platform.');
      }
      return connector;
    },
    async authorise(connector, given) {
      const credentials = connector.credentials.safeParse(given);
      if (!credentials.success) throw toAppError(credentials.error, given, ['credentials']);
      const sendTo = createSendTo(connector, {
        timeoutMs: AUTHORISE_LIMIT_MS,
        refusePrivateTargets: !options.allowPrivateTargets,
      });
      try {
        return await connector.auth.authorise(credentials.data, sendTo, settings);
      } catch (error) {
        throw error instanceof PlatformError ? platformAnswer(connector, error) : error;
      }
    },
  };
}

/** The data models a connector can read. */
export function readableModels(connector: Connector): DataModel[] {
  return DATA_MODELS.filter((model) => connector.streams[model] !== undefined);
}

function platformAnswer(connector: Connector, error: PlatformError): AppError {
  const name = connector.integrationType;
  switch (error.kind) {
    case 'refused':
    case 'invalid-grant':
    case 'unauthorised':
    case 'cursor-expired':
      return new AppError('platform-denied', `${name} refused these credentials.`, {
        field: 'credentials',
        cause: error,
      });
    case 'transient':
    case 'rate-limited':
      return new AppError(
        'platform-unavailable',
        `${name} cannot be reached now. Nothing was stored; try again shortly.`,
        { cause: error },
      );
    default:
      return assertNever(error.kind);
  }
}
