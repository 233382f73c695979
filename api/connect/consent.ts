import { createHash } from 'node:crypto';
import type { Authorised } from '../../connectors/contract';
import { AppError } from '../../core/errors';
import { hashToken, isToken, newToken } from '../../infra/tokens';
import { storeOAuthState, type TakenState, takeOAuthState } from '../../store/oauth-states';
import { findInviteLink, type InviteLinkView } from '../../store/read/invite-links';
import type { ApiDeps } from '../deps';
import type { Exchange } from '../http/exchange';
import { connectPage } from '../presenters/invite-link';
import { accessFor, type Choice, connectThrough, findOffer, reasonOf } from './link';
import { sealProgressToken } from './progress-token';

/** A customer's way to a platform's consent page and back. */

const COOKIE = 'syncline_connect';
const COOKIE_PATH = '/v3/connect';
/** As long as a state lives. */
const COOKIE_LIFE_MS = 600_000;

/** The address of the platform's page. Remembers, for ten minutes, what this browser alone may come back with. */
export async function beginConsent(
  deps: ApiDeps,
  choice: Choice,
  exchange: Exchange,
): Promise<string> {
  const { link, connector, companyName } = choice;
  const state = newToken();
  const verifier = newToken();
  const url = deps.platforms.consentPage(connector, {
    state,
    redirectUri: redirectUri(deps),
    codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
    access: await accessFor(deps, link, connector),
  });
  // One cookie for all its tabs: each has a state of its own.
  const known = exchange.cookie(COOKIE);
  const browser = known !== undefined && isToken(known) ? known : newToken();
  const stateHash = hashToken(state);
  await storeOAuthState(deps.db, {
    stateHash,
    browserHash: hashToken(browser),
    inviteLinkId: link.id,
    integrationType: connector.integrationType,
    companyName,
    sealedVerifier: deps.sealer.seal(verifier, verifierPlace(stateHash)),
  });
  exchange.setCookie(COOKIE, browser, { maxAgeMs: COOKIE_LIFE_MS, path: COOKIE_PATH });
  return url;
}

/** Where to send a browser that came back, once what it came back with has been done. Never throws. */
export async function finishConsent(
  deps: ApiDeps,
  query: Readonly<Record<string, string>>,
  exchange: Exchange,
): Promise<string> {
  const stateHash = hashToken(query['state'] ?? '');
  try {
    const browserHash = hashToken(exchange.cookie(COOKIE) ?? '');
    const taken = await takeOAuthState(deps.db, { stateHash, browserHash });
    if (taken === null) return errorPage(deps, 'state');
    const link = taken.publicId === null ? null : await findInviteLink(deps.db, taken.publicId);
    if (link === null) return errorPage(deps, 'link');
    return await goOn(deps, { link, taken, stateHash, query });
  } catch (error) {
    logUnforeseen(deps, error);
    return errorPage(deps, 'unavailable');
  }
}

interface Return {
  readonly link: InviteLinkView;
  readonly taken: TakenState;
  readonly stateHash: string;
  readonly query: Readonly<Record<string, string>>;
}

async function goOn(deps: ApiDeps, back: Return): Promise<string> {
  const { link, query, taken } = back;
  const { integrationType } = taken;
  const page = (answer: Record<string, string>) => {
    const told = new URLSearchParams({ ...answer, integration_type: integrationType });
    return `${connectPage(deps.config.publicUrl, link.publicId)}?${told.toString()}`;
  };
  if (query['error'] === 'access_denied') return page({ result: 'denied' });
  try {
    const connectionId = await connectByCode(deps, back);
    const progress = sealProgressToken(deps.sealer, link.id, connectionId);
    return page({ result: 'connected', progress });
  } catch (error) {
    logUnforeseen(deps, error);
    return page({ result: 'failed', reason: reasonOf(error, link) });
  }
}

/** Asks all questions again: since the browser left, the link may have been used, changed or run out. */
async function connectByCode(deps: ApiDeps, back: Return): Promise<bigint> {
  const { link, taken } = back;
  const connector = await findOffer(deps, link, taken.integrationType);
  if (connector === undefined) {
    throw new AppError('conflict', 'The link does not offer this any more.', {
      field: 'integration_type',
    });
  }
  const choice = { link, connector, companyName: taken.companyName };
  return connectThrough(deps, choice, await trade(deps, choice, back));
}

async function trade(deps: ApiDeps, { connector }: Choice, back: Return): Promise<Authorised> {
  const { taken, stateHash, query } = back;
  const code = query['code'];
  if (!code) {
    throw new AppError('platform-denied', `${connector.name} sent no code.`, { field: 'code' });
  }
  const codeVerifier = String(deps.sealer.open(taken.sealedVerifier, verifierPlace(stateHash)));
  return deps.platforms.exchange(connector, {
    code,
    codeVerifier,
    redirectUri: redirectUri(deps),
    query,
  });
}

function redirectUri({ config }: ApiDeps): string {
  return `${config.publicUrl}${COOKIE_PATH}/oauth/callback`;
}

function errorPage({ config }: ApiDeps, reason: string): string {
  return `${config.publicUrl}/connect/error?reason=${reason}`;
}

/** The person is told that it failed; why is for the operator. */
function logUnforeseen({ logger }: ApiDeps, error: unknown): void {
  if (error instanceof AppError && error.status < 500) return;
  logger.error({ err: error }, 'a customer came back from a consent page, and could not connect');
}

function verifierPlace(stateHash: string): string {
  return `oauth_states:${stateHash}`;
}
