import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** Life of an access token. */
export const ACCESS_TOKEN_SECONDS = 1_800;
/** Dead tokens are remembered, so that requests made with them can be told from strangers'. */
const DEAD_KEPT = 1_000;

/** A token as the journal keeps it. */
export const tokenSchema = z.strictObject({
  kind: z.enum(['access', 'refresh']),
  value: z.string(),
  /** All tokens that go back to one grant. */
  family: z.string(),
  expiresAtMs: z.number().nullable(),
  state: z.enum(['live', 'used', 'revoked']),
});

export type Token = z.infer<typeof tokenSchema>;

export interface TokenPair {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

export type AccessState = 'valid' | 'token_expired' | 'token_revoked' | 'unknown';

/**
 * The tokens of one tenant. Refresh tokens serve once; a used one is refused, but does no harm to
 * the pair that replaced it.
 */
export class TokenBook {
  private readonly tokens = new Map<string, Token>();
  private readonly changed = new Set<Token>();

  /** `claim` is told of every token, so that the platform can find the tenant it belongs to. */
  constructor(private readonly claim: (token: string) => void) {}

  issue(nowMs: number, family = randomBytes(6).toString('hex')): TokenPair {
    const pair = {
      access_token: `at_${randomBytes(24).toString('base64url')}`,
      refresh_token: `rt_${randomBytes(24).toString('base64url')}`,
      expires_in: ACCESS_TOKEN_SECONDS,
    };
    const expiresAtMs = nowMs + ACCESS_TOKEN_SECONDS * 1_000;
    this.keep({ kind: 'access', value: pair.access_token, family, expiresAtMs, state: 'live' });
    this.keep({
      kind: 'refresh',
      value: pair.refresh_token,
      family,
      expiresAtMs: null,
      state: 'live',
    });
    this.forgetOldest(nowMs);
    return pair;
  }

  /** A new pair for a refresh token that has not been used, else null. */
  refresh(value: string, nowMs: number): TokenPair | null {
    const token = this.tokens.get(value);
    if (token?.kind !== 'refresh' || token.state !== 'live') return null;
    token.state = 'used';
    this.changed.add(token);
    return this.issue(nowMs, token.family);
  }

  check(value: string, nowMs: number): AccessState {
    const token = this.tokens.get(value);
    if (token?.kind !== 'access') return 'unknown';
    if (token.state === 'revoked') return 'token_revoked';
    return (token.expiresAtMs ?? 0) > nowMs ? 'valid' : 'token_expired';
  }

  /** Ends the life of all access tokens issued so far; their refresh tokens live on. */
  expireAccess(nowMs: number): void {
    for (const token of this.tokens.values()) {
      if (token.kind !== 'access' || (token.expiresAtMs ?? 0) <= nowMs) continue;
      token.expiresAtMs = nowMs;
      this.changed.add(token);
    }
  }

  revokeAll(): void {
    for (const token of this.tokens.values()) this.revoke(token);
  }

  /** Revokes every token of the grant that this one goes back to. */
  revokeFamilyOf(value: string): void {
    const family = this.tokens.get(value)?.family;
    for (const token of this.tokens.values()) if (token.family === family) this.revoke(token);
  }

  list(): Token[] {
    return [...this.tokens.values()];
  }

  /** What has been issued or changed since this was asked last. */
  takeChanged(): Token[] {
    const changed = [...this.changed];
    this.changed.clear();
    return changed;
  }

  /** Takes tokens as the journal has them; those it does not name stay as they are. */
  restore(tokens: readonly Token[]): void {
    for (const token of tokens) this.keep(token);
    this.changed.clear();
  }

  private revoke(token: Token): void {
    token.state = 'revoked';
    this.changed.add(token);
  }

  private keep(token: Token): void {
    this.tokens.set(token.value, token);
    this.changed.add(token);
    this.claim(token.value);
  }

  private forgetOldest(nowMs: number): void {
    let surplus = this.tokens.size - DEAD_KEPT;
    for (const token of this.tokens.values()) {
      if (surplus <= 0) return;
      const isDead = token.state !== 'live' || (token.expiresAtMs ?? Infinity) <= nowMs;
      if (isDead) this.tokens.delete(token.value);
      surplus -= 1;
    }
  }
}
