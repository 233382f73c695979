import express, { type Response, Router } from 'express';
import { z } from 'zod';
import { OneTimeBook } from '../kit/one-time-book';
import type { Tenant } from '../kit/tenant';
import type { Tenants } from '../kit/tenants';
import { consentPage, errorPage, PAGE_POLICY, signInPage } from './consent-pages';
import { type ConsentRequest, readConsentRequest, redirectTo } from './consent-request';

/** What an app trades a code for, and what it must prove. */
export interface Grant {
  tenantId: string;
  clientId: string;
  redirectUri: string;
  codeChallenge: string;
}

export type Codes = OneTimeBook<Grant>;

const CODE_LIFE_MS = 60_000;
/** For a person to find the password. */
const TICKET_LIFE_MS = 600_000;
/** Of every tenant: there is nothing to protect here but the way a sign-in goes. */
const PASSWORD = 'sandbox';

const text = z.string().max(2_000).catch('');
const signInSchema = z.object({ ticket: text, tenant_id: text, password: text, cancel: text });
const decisionSchema = z.object({ ticket: text, decision: text });

export function createCodes(): Codes {
  return new OneTimeBook(CODE_LIFE_MS);
}

/** The platform's own pages: a customer signs in, sees what an app asks for, and allows or denies it. */
export function consentRoutes(tenants: Tenants, codes: Codes): Router {
  const router = Router();
  const visitors = new OneTimeBook<ConsentRequest>(TICKET_LIFE_MS);
  const signedIn = new OneTimeBook<{ request: ConsentRequest; tenant: Tenant }>(TICKET_LIFE_MS);

  router.get('/', (req, res) => {
    const understood = readConsentRequest(req.query);
    if (understood.kind === 'page') return show(res, 400, errorPage(understood.message));
    if (understood.kind === 'redirect') return sendBack(res, understood.location);
    const { request } = understood;
    show(res, 200, signInPage(request, { ticket: visitors.keep(request, Date.now()) }));
  });

  router.post('/sign-in', express.urlencoded({ extended: false }), (req, res) => {
    const given = signInSchema.parse(req.body);
    const request = visitors.take(given.ticket, Date.now());
    if (request === undefined) return show(res, 400, errorPage('This page is too old.'));
    if (given.cancel !== '') return sendBack(res, denied(request));
    const tenant = tenants.get(given.tenant_id);
    if (tenant === undefined || given.password !== PASSWORD) {
      const ticket = visitors.keep(request, Date.now());
      const error = 'There is no tenant with this name and password.';
      return show(res, 403, signInPage(request, { ticket, tenantId: given.tenant_id, error }));
    }
    const ticket = signedIn.keep({ request, tenant }, Date.now());
    const { name: accountName } = tenants.platform.account(tenant.id);
    show(res, 200, consentPage(request, { ticket, accountName, tenantId: tenant.id }));
  });

  router.post('/decision', express.urlencoded({ extended: false }), (req, res) => {
    const given = decisionSchema.parse(req.body);
    const visit = signedIn.take(given.ticket, Date.now());
    if (visit === undefined) return show(res, 400, errorPage('This page is too old.'));
    const { request, tenant } = visit;
    if (given.decision !== 'allow') return sendBack(res, denied(request));
    const { clientId, redirectUri, codeChallenge, state } = request;
    const grant = { tenantId: tenant.id, clientId, redirectUri, codeChallenge };
    const code = codes.keep(grant, Date.now());
    sendBack(res, redirectTo(redirectUri, { code, state }));
  });
  return router;
}

function denied({ redirectUri, state }: ConsentRequest): string {
  return redirectTo(redirectUri, { error: 'access_denied', state });
}

function show(res: Response, status: number, html: string): void {
  res.setHeader('Content-Security-Policy', PAGE_POLICY);
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Referrer-Policy', 'no-referrer');
  res.status(status).type('html').send(html);
}

function sendBack(res: Response, location: string): void {
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Referrer-Policy', 'no-referrer');
  res.redirect(303, location);
}
