import express, { type Response, Router } from 'express';
import { z } from 'zod';
import { Refusal } from '../kit/answer';
import { checked } from '../kit/checked-body';
import type { Tenant } from '../kit/tenant';
import type { Tenants } from '../kit/tenants';
import type { TokenPair } from '../kit/token-book';

const grantSchema = z.looseObject({
  grant_type: z.string(),
  tenant_id: z.string().optional(),
  refresh_token: z.string().optional(),
});
const revokeSchema = z.looseObject({ token: z.string().min(1) });

/** The token endpoint: neither limited nor logged. */
export function oauthRoutes(tenants: Tenants): Router {
  const router = Router();
  router.use(express.json(), express.urlencoded({ extended: false }));
  router.post('/token', (req, res) => {
    const grant = checked(grantSchema, req.body);
    if (grant.grant_type === 'sandbox_tenant') {
      const tenant = granting(tenants.get(grant.tenant_id ?? ''));
      return answer(res, tenant, tenant.tokens.issue(Date.now()));
    }
    if (grant.grant_type === 'refresh_token') {
      const value = grant.refresh_token ?? '';
      const tenant = granting(tenants.ofToken(value));
      return answer(res, tenant, tenant.tokens.refresh(value, Date.now()));
    }
    throw new Refusal(400, { error: 'unsupported_grant_type' });
  });
  router.post('/revoke', (req, res) => {
    const { token } = checked(revokeSchema, req.body);
    const tenant = tenants.ofToken(token);
    tenant?.tokens.revokeFamilyOf(token);
    tenant?.saveTokens();
    tenant?.commit();
    // An unknown token is as good as revoked (RFC 7009 §2.2).
    res.json({ revoked: true });
  });
  return router;
}

function granting(tenant: Tenant | undefined): Tenant {
  if (tenant === undefined || tenant.faults.isRevoked()) throw invalidGrant();
  return tenant;
}

function invalidGrant(): Refusal {
  return new Refusal(400, { error: 'invalid_grant' });
}

/** The pair is on disk before the client has it: a restart must not kill a token just given out. */
function answer(res: Response, tenant: Tenant, pair: TokenPair | null): void {
  if (pair === null) throw invalidGrant();
  tenant.saveTokens();
  tenant.commit();
  res.setHeader('Date', new Date(tenant.clock.nowMs()).toUTCString());
  res.setHeader('Cache-Control', 'no-store');
  res.json({ ...pair, tenant_id: tenant.id, token_type: 'bearer' });
}
