import { z } from 'zod';
import type {
  Authorised,
  CodeGrant,
  Connector,
  ConnectorSettings,
  ConsentRequest,
  OAuthScheme,
  SendTo,
} from '../connectors/contract';
import { PlatformError } from '../connectors/engine/errors';
import { createSendTo } from '../connectors/engine/token-call';
import { AppError, invalid } from '../core/errors';
import { assertNever } from '../core/names';
import { DATA_MODELS, type DataModel } from '../core/unified/models';
import type { Logger } from '../infra/logger';
import { toAppError } from './http/validation';

/** A person waits for the answer: a platform that says nothing for this long is out of reach. */
const AUTHORISE_LIMIT_MS = 20_000;
const REVOKE_LIMIT_MS = 5_000;

/** The platforms that can be connected. */
export interface Platforms {
  /** Throws `AppError` (400) for a platform this build has no connector for. */
  find(integrationType: string): Connector;
  /** All of them, in the order in which they are offered. */
  all(): readonly Connector[];
  /**
   * Tries what a person gave, with one call. Throws `AppError`: 400 for credentials of the wrong shape or refused by
   * the platform, 503 where it cannot be reached.
   */
  authorise(connector: Connector, given: unknown): Promise<Authorised>;
  /** The platform's page where a customer consents. Throws `AppError` (400) where the platform has none. */
  consentPage(connector: Connector, ask: ConsentRequest): string;
  /** Trades what came back from that page for secrets, with one call. Throws `AppError` as `authorise` does. */
  exchange(connector: Connector, grant: CodeGrant): Promise<Authorised>;
  /** Tells the platform that secrets are no longer wanted: best effort, within 5 s, never throws. */
  revoke(integrationType: string, secrets: () => unknown): Promise<void>;
}

export function createPlatforms(
  known: readonly Connector[],
  settings: ConnectorSettings,
  options: { allowPrivateTargets: boolean; logger: Logger },
): Platforms {
  const refusePrivateTargets = !options.allowPrivateTargets;
  async function trying(
    connector: Connector,
    call: (sendTo: SendTo) => Promise<Authorised>,
  ): Promise<Authorised> {
    try {
      return await call(
        createSendTo(connector, { timeoutMs: AUTHORISE_LIMIT_MS, refusePrivateTargets }),
      );
    } catch (error) {
      throw error instanceof PlatformError ? platformAnswer(connector, error) : error;
    }
  }
  return {
    find(integrationType) {
      const connector = known.find((each) => each.integrationType === integrationType);
      if (connector === undefined) {
        throw invalid('integration_type', 'There is no connector for this platform.');
      }
      return connector;
    },
    all: () => known,
    async authorise(connector, given) {
      const credentials = connector.credentials.safeParse(given);
      if (!credentials.success) throw toAppError(credentials.error, given, ['credentials']);
      return trying(connector, (sendTo) =>
        connector.auth.authorise(credentials.data, sendTo, settings),
      );
    },
    consentPage: (connector, ask) => oauthOf(connector).authorizeUrl(ask, settings),
    exchange: (connector, grant) =>
      trying(connector, (sendTo) => oauthOf(connector).exchange(grant, sendTo, settings)),
    async revoke(integrationType, secrets) {
      const connector = known.find((each) => each.integrationType === integrationType);
      if (connector?.auth.revoke === undefined) return;
      const sendTo = createSendTo(connector, { timeoutMs: REVOKE_LIMIT_MS, refusePrivateTargets });
      try {
        await connector.auth.revoke(secretsSchema.parse(secrets()), sendTo, settings);
      } catch (error) {
        options.logger.warn({ integrationType, err: error }, 'credentials not revoked');
      }
    },
  };
}

function oauthOf(connector: Connector): OAuthScheme {
  const { oauth } = connector.auth;
  if (oauth !== undefined) return oauth;
  throw invalid('integration_type', `${connector.name} connects by a form, not by consent.`);
}

const secretsSchema = z.record(z.string(), z.unknown());

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
