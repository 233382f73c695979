import { z } from 'zod';
import type { Access, Authorised, AuthScheme, ConnectorSettings, SendTo } from '../contract';
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
};
