import { z } from 'zod';
import type {
  Access,
  Authorised,
  AuthScheme,
  CodeGrant,
  ConnectorSettings,
  ConsentRequest,
  OAuthScheme,
  PlatformAnswer,
  SendTo,
} from '../contract';
import { MalformedAnswerError } from '../engine/errors';
import { isObject } from '../engine/json';
import { readTokens } from '../engine/oauth';

/** What a person gives: in place of a consent screen, the name of the tenant. */
export const credentials = z.strictObject({ tenant_id: z.string().min(1).max(200) });

const secretsSchema = z.object({
  tenant_id: z.string(),
  access_token: z.string(),
  refresh_token: z.string(),
});

function endpoint(settings: ConnectorSettings): Access {
  return { baseUrl: settings.sandboxUrl, headers: {} };
}

async function grant(
  body: Readonly<Record<string, string>>,
  tenantId: string,
  sendTo: SendTo,
  settings: ConnectorSettings,
): Promise<Authorised> {
  const request = { method: 'POST', path: '/oauth/token', body } as const;
  const tokens = readTokens(await sendTo(endpoint(settings), request));
  return {
    secrets: {
      tenant_id: tenantId,
      access_token: tokens.accessToken,
      refresh_token: tokens.refreshToken ?? body.refresh_token,
    },
    account: tenantId,
    expiresAt: tokens.expiresAt,
  };
}

/** A public client: what protects its codes is PKCE alone. Customers are shown this name. */
const CLIENT_ID = 'Syncline';

const oauth: OAuthScheme = {
  authorizeUrl(ask, settings) {
    const url = new URL('/oauth/authorize', settings.sandboxPublicUrl ?? settings.sandboxUrl);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: ask.redirectUri,
      state: ask.state,
      scope: scopesOf(ask),
      code_challenge: ask.codeChallenge,
      code_challenge_method: 'S256',
    }).toString();
    return url.href;
  },
  async exchange(grant, sendTo, settings) {
    const answer = await sendTo(endpoint(settings), {
      method: 'POST',
      path: '/oauth/token',
      form: exchangeForm(grant),
    });
    const tokens = readTokens(answer);
    const tenantId = tenantOf(answer);
    return {
      secrets: {
        tenant_id: tenantId,
        access_token: tokens.accessToken,
        refresh_token: tokens.refreshToken,
      },
      account: tenantId,
      expiresAt: tokens.expiresAt,
    };
  },
};

/** Each resource has a scope to read it, and one to change it. */
function scopesOf({ access }: ConsentRequest): string {
  return access
    .flatMap(({ dataModel, access: kinds }) => {
      const resource = dataModel.toLowerCase();
      const read = kinds.includes('READ') ? [`${resource}.read`] : [];
      return kinds.some((kind) => kind !== 'READ') ? [...read, `${resource}.write`] : read;
    })
    .join(' ');
}

function exchangeForm({ code, codeVerifier, redirectUri }: CodeGrant) {
  return {
    grant_type: 'authorization_code',
    client_id: CLIENT_ID,
    code,
    code_verifier: codeVerifier,
    redirect_uri: redirectUri,
  };
}

function tenantOf({ body }: PlatformAnswer): string {
  if (isObject(body) && typeof body.tenant_id === 'string' && body.tenant_id !== '') {
    return body.tenant_id;
  }
  throw new MalformedAnswerError('The token endpoint answered without a tenant');
}

/** OAuth 2 with refresh tokens that are good for one use: whoever renews must store what comes back. */
export const auth: AuthScheme = {
  authorise(given, sendTo, settings) {
    const { tenant_id } = credentials.parse(given);
    return grant({ grant_type: 'sandbox_tenant', tenant_id }, tenant_id, sendTo, settings);
  },
  renew(secrets, sendTo, settings) {
    const { refresh_token, tenant_id } = secretsSchema.parse(secrets);
    return grant({ grant_type: 'refresh_token', refresh_token }, tenant_id, sendTo, settings);
  },
  access(secrets, settings) {
    const { access_token } = secretsSchema.parse(secrets);
    return { ...endpoint(settings), headers: { authorization: `Bearer ${access_token}` } };
  },
  async revoke(secrets, sendTo, settings) {
    const { refresh_token } = secretsSchema.parse(secrets);
    const body = { token: refresh_token };
    await sendTo(endpoint(settings), { method: 'POST', path: '/oauth/revoke', body });
  },
  oauth,
};
