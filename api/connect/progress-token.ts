import { z } from 'zod';
import { SealError, type Sealer } from '../../infra/secrets';

/**
 * What lets the browser that has connected see how its first sync goes: for that connection and link alone, for a day.
 * Sealed and not stored, as all it says is which connection it is for.
 */

const LIFE_MS = 24 * 3_600_000;

const IV_BYTES = 12;
const TAG_BYTES = 16;

const contentSchema = z.tuple([z.string().regex(/^\d+$/), z.number()]);

export function sealProgressToken(sealer: Sealer, linkId: bigint, connectionId: bigint): string {
  const content = [connectionId.toString(), Date.now() + LIFE_MS];
  const { iv, tag, ciphertext } = sealer.seal(content, placeOf(linkId));
  return Buffer.concat([iv, tag, ciphertext]).toString('base64url');
}

/** The connection a token is for; null for one that is forged, another link's, or too old. */
export function openProgressToken(sealer: Sealer, linkId: bigint, token: string): bigint | null {
  const bytes = new Uint8Array(Buffer.from(token, 'base64url'));
  const sealed = {
    keyId: sealer.keyId,
    iv: bytes.slice(0, IV_BYTES),
    tag: bytes.slice(IV_BYTES, IV_BYTES + TAG_BYTES),
    ciphertext: bytes.slice(IV_BYTES + TAG_BYTES),
  };
  try {
    const [connectionId, until] = contentSchema.parse(sealer.open(sealed, placeOf(linkId)));
    return until > Date.now() ? BigInt(connectionId) : null;
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}

function placeOf(linkId: bigint): string {
  return `progress:${linkId}`;
}
