import { createHash } from 'node:crypto';
import express, { type Response, Router } from 'express';
import { z } from 'zod';
import { Refusal } from '../kit/answer';
import { checked } from '../kit/checked-body';
import type { Tenant } from '../kit/tenant';
import type { Tenants } from '../kit/tenants';
import { type Codes, consentRoutes, createCodes } from './consent-routes';
import type { TokenPair } from '../kit/token-book';

const grantSchema = z.looseObject({
  grant_type: z.string(),
  tenant_id: z.string().optional(),
  refresh_token: z.string().optional(),
  code: z.string().optional(),
  code_verifier: z.string().optional(),
  redirect_uri: z.string().optional(),
  client_id: z.string().optional(),
});
const revokeSchema = z.looseObject({ token: z.string().min(1) });

type TokenRequest = z.infer<typeof grantSchema>;

/** The consent pages and the token endpoint: neither limited nor logged. */
export function oauthRoutes(tenants: Tenants): Router {
  const router = Router();
  const codes = createCodes();
  router.use('/authorize', consentRoutes(tenants, codes));
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
    if (grant.grant_type === 'authorization_code') {
      const tenant = granting(tenants.get(tenantOfCode(codes, grant)));
      return answer(res, tenant, tenant.tokens.issue(Date.now()));
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

/** Whoever presents a code wrongly has used it up all the same: it may be stolen. */
function tenantOfCode(codes: Codes, request: TokenRequest): string {
  const grant = codes.take(request.code ?? '', Date.now());
  const challenge = createHash('sha256')
    .update(request.code_verifier ?? '')
    .digest('base64url');
  if (
    grant === undefined ||
    grant.clientId !== request.client_id ||
    grant.redirectUri !== request.redirect_uri ||
    grant.codeChallenge !== challenge
  ) {
    throw invalidGrant();
  }
  return grant.tenantId;
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
