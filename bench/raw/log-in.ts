import { request } from 'undici';

/** An access token of a sandbox tenant. */
export async function logIn({
  platformUrl,
  tenant,
}: {
  readonly platformUrl: string;
  readonly tenant: string;
}): Promise<string> {
  const answer = await request(`${platformUrl}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'sandbox_tenant', tenant_id: tenant }),
  });
  const { access_token: token } = (await answer.body.json()) as { access_token: string };
  return token;
}
