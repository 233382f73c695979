import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Access, Authorised, Connector, Secrets } from '../connectors/contract';
import { PlatformError } from '../connectors/engine/errors';
import { textsIn } from '../core/redact';
import { createSendTo } from '../connectors/engine/token-call';
import type { TakenPull } from '../store/begin';
import {
  readCredentials,
  releaseRenewal,
  type StoredCredentials,
  storeRenewed,
  takeRenewal,
} from '../store/credentials';
import type { ActivityDeps } from './deps';

/** What calls of one connection carry, and which version of the credentials it was made from. */
export interface HeldAccess {
  readonly access: Access;
  readonly version: bigint;
  /** Renewed just now by whoever asked: if the platform refuses it too, the credentials are dead. */
  readonly isFresh: boolean;
  /** Texts that must stand nowhere: what was opened, and what calls carry. */
  readonly secrets: readonly string[];
}

/** The connection has no credentials any more: it was disconnected or deleted, and its pulls have ended. */
export class NoCredentialsError extends Error {}

/** The platform refuses the credentials for good: at its token endpoint, or right after they were renewed. */
export class DeadCredentialsError extends Error {
  readonly version: bigint;

  constructor(version: bigint, message: string) {
    super(message);
    this.version = version;
  }
}

const POLL_MS = 100;
/** Longer than a renewal's lease: past it the renewing process is gone and the lease is free. */
const RENEWAL_PATIENCE_MS = 70_000;

const secretsSchema = z.record(z.string(), z.unknown());

/** Where a connection's sealed secrets are bound to. */
export function credentialsPlace(connectionId: bigint): string {
  return `credentials:${connectionId}`;
}

/** The access of a pull that was just taken; renewed first where the platform said it ends about now. */
export async function accessOf(
  deps: ActivityDeps,
  connector: Connector,
  { connection, credentials }: TakenPull,
): Promise<HeldAccess> {
  const connectionId = connection.id;
  const stored = mustExist(credentials);
  if (stored.expired && connector.auth.renew !== undefined) {
    return renewAccess(deps, connector, connectionId, stored.version);
  }
  return held(deps, connector, connectionId, { stored, isFresh: false });
}

/**
 * Renews the credentials of version `version`, one renewal at a time per connection: whoever finds them renewed
 * already, or being renewed, takes that result. No database connection is held during the call. Throws
 * `DeadCredentialsError` when the platform refuses for good, and `PlatformError` (always `transient`, whatever the
 * token endpoint answered) when it should be tried again later.
 */
export async function renewAccess(
  deps: ActivityDeps,
  connector: Connector,
  connectionId: bigint,
  version: bigint,
): Promise<HeldAccess> {
  const { renew } = connector.auth;
  if (renew === undefined) {
    throw new DeadCredentialsError(
      version,
      'The platform refuses credentials that cannot be renewed',
    );
  }
  const owner = randomUUID();
  const patienceUntil = Date.now() + RENEWAL_PATIENCE_MS;
  while (Date.now() < patienceUntil) {
    const stored = await mustRead(deps, connectionId);
    if (stored.version !== version) {
      return held(deps, connector, connectionId, { stored, isFresh: false });
    }
    if (!(await takeRenewal(deps.db, { connectionId, version, owner }))) {
      await delay(POLL_MS);
      continue;
    }
    const renewed = await renewOrRelease(deps, connector, { connectionId, owner, stored });
    await deps.reach?.('after-refresh-before-store', { connectionId, dataModel: null });
    const written = await storeRenewed(deps.db, {
      connectionId,
      version,
      sealed: deps.sealer.seal(renewed.secrets, credentialsPlace(connectionId)),
      expiresAt: renewed.expiresAt,
    });
    // Read again: a reconnect meanwhile wins over this renewal.
    const current = await mustRead(deps, connectionId);
    return held(deps, connector, connectionId, { stored: current, isFresh: written });
  }
  throw new PlatformError('transient', 'The credentials are being renewed for too long');
}

async function renewOrRelease(
  deps: ActivityDeps,
  connector: Connector,
  renewal: { connectionId: bigint; owner: string; stored: StoredCredentials },
): Promise<Authorised> {
  const { connectionId, owner, stored } = renewal;
  try {
    const secrets = openSecrets(deps, connectionId, stored);
    const { refusePrivateTargets } = deps;
    const sendTo = createSendTo(connector, { refusePrivateTargets });
    const renewed = await connector.auth.renew?.(secrets, sendTo, deps.settings);
    if (renewed === undefined) throw new Error('The connector cannot renew');
    return renewed;
  } catch (error) {
    await releaseRenewal(deps.db, { connectionId, owner });
    throw tokenFailure(error, stored.version);
  }
}

/**
 * Only a dead grant says something of the credentials. Whatever else a token endpoint answers (a refused client, a
 * limit, a proxy's page) is its own trouble: taken for the data call's, it would fail the pull or ask again at once.
 */
function tokenFailure(error: unknown, version: bigint): unknown {
  if (!(error instanceof PlatformError)) return error;
  if (error.kind === 'invalid-grant') return new DeadCredentialsError(version, error.message);
  return new PlatformError('transient', error.message, {
    status: error.status,
    retryAfterMs: error.retryAfterMs,
    cause: error,
  });
}

async function mustRead(deps: ActivityDeps, connectionId: bigint): Promise<StoredCredentials> {
  return mustExist(await readCredentials(deps.db, connectionId));
}

function mustExist(stored: StoredCredentials | null): StoredCredentials {
  if (stored === null) throw new NoCredentialsError('The connection has no credentials');
  return stored;
}

function held(
  deps: ActivityDeps,
  connector: Connector,
  connectionId: bigint,
  { stored, isFresh }: { stored: StoredCredentials; isFresh: boolean },
): HeldAccess {
  const secrets = openSecrets(deps, connectionId, stored);
  const access = connector.auth.access(secrets, deps.settings);
  // A scheme before it (`Bearer`) is no secret.
  const carried = Object.values(access.headers).flatMap((value) => [
    value,
    ...value.split(' ').slice(1),
  ]);
  return {
    access,
    version: stored.version,
    isFresh,
    secrets: [...textsIn(secrets), ...textsIn(carried)],
  };
}

function openSecrets(deps: ActivityDeps, connectionId: bigint, stored: StoredCredentials): Secrets {
  return secretsSchema.parse(deps.sealer.open(stored.sealed, credentialsPlace(connectionId)));
}
