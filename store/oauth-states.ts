import type { Sealed } from '../infra/secrets';
import type { Database } from './database';

/** Writer of OAuth states: what was promised to a browser that we sent to a platform's consent page. */

/** For a person to find the password; longer than any platform's own page lives. */
const LIFE = '10 minutes';

export interface OAuthState {
  /** SHA-256 of the state that travels through the platform. */
  readonly stateHash: string;
  /** SHA-256 of what the browser's cookie holds. */
  readonly browserHash: string;
  readonly inviteLinkId: bigint;
  readonly integrationType: string;
  readonly companyName: string | null;
  readonly sealedVerifier: Sealed;
}

export async function storeOAuthState(db: Database, state: OAuthState): Promise<void> {
  const { keyId, iv, tag, ciphertext } = state.sealedVerifier;
  await db.prisma.$executeRaw`
    INSERT INTO oauth_states (state_hash, browser_hash, invite_link_id, integration_type, company_name, key_id, iv,
      tag, ciphertext, expires_at)
    VALUES (${state.stateHash}, ${state.browserHash}, ${state.inviteLinkId}, ${state.integrationType},
      ${state.companyName}, ${keyId}, ${iv}, ${tag}, ${ciphertext}, syncline_now() + ${LIFE}::interval)`;
}

export type TakenState = Omit<OAuthState, 'stateHash' | 'browserHash' | 'inviteLinkId'> & {
  /** Of its link; null where that is gone. */
  readonly publicId: string | null;
};

/** Takes a state, once and for all. Null for one that is unknown, was taken, is too old, or is another browser's. */
export async function takeOAuthState(
  db: Database,
  named: { stateHash: string; browserHash: string },
): Promise<TakenState | null> {
  const [row] = await db.prisma.$queryRaw<(Sealed & Omit<TakenState, 'sealedVerifier'>)[]>`
    DELETE FROM oauth_states s
    WHERE s.state_hash = ${named.stateHash} AND s.browser_hash = ${named.browserHash}
      AND s.expires_at > syncline_now()
    RETURNING s.integration_type AS "integrationType", s.company_name AS "companyName", s.key_id AS "keyId", s.iv,
      s.tag, s.ciphertext,
      (SELECT l.public_id::text FROM invite_links l WHERE l.id = s.invite_link_id) AS "publicId"`;
  if (row === undefined) return null;
  const { keyId, iv, tag, ciphertext, ...state } = row;
  return { ...state, sealedVerifier: { keyId, iv, tag, ciphertext } };
}

/** Removes some of those that nobody came back with. */
export function pruneOAuthStates(db: Database, limit: number): Promise<number> {
  return db.prisma.$executeRaw`
    DELETE FROM oauth_states WHERE ctid IN (
      SELECT ctid FROM oauth_states WHERE expires_at < syncline_now() LIMIT ${limit})`;
}
