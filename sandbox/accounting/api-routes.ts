import express, { type Request, type Response, Router } from 'express';
import { type Answer, Refusal, jsonAnswer } from '../kit/answer';
import { badRequest, checked } from '../kit/checked-body';
import type { Fault } from '../kit/faults';
import { type Call, passGate } from '../kit/gate';
import { jsonRecordSchema } from '../kit/json';
import { type ListingRequest, listPage, suitsListing } from '../kit/listing';
import type { Tenant } from '../kit/tenant';
import type { Tenants } from '../kit/tenants';

const MOST_LIMIT = 1_000;
const MOST_IDS = 100;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** The accounting platform's API below `/api/v1`. */
export function apiRoutes(tenants: Tenants): Router {
  const router = Router();
  router.use(express.json({ limit: '10mb' }));
  const pass = (req: Request, res: Response, call: Call): Promise<void> =>
    passGate(tenants, { req, res, call });
  router.get('/account', (req, res) => pass(req, res, accountCall()));
  router.get('/:resource', (req, res) => pass(req, res, listCall(tenants, req)));
  router.post('/:resource', (req, res) => pass(req, res, createCall(req)));
  router.get('/:resource/:id', (req, res) => pass(req, res, readCall(req)));
  router.patch('/:resource/:id', (req, res) => pass(req, res, updateCall(req)));
  return router;
}

function plainCall(resource: string | null, answer: Call['answer']): Call {
  return { resource, suits: () => false, answer };
}

function accountCall(): Call {
  return plainCall(null, (tenant) => jsonAnswer(200, { tenant_id: tenant.id, ...tenant.account }));
}

function readCall(req: Request): Call {
  const resource = param(req, 'resource');
  return plainCall(resource, (tenant) => {
    const row = knownCollection(tenant, resource).get(param(req, 'id'));
    if (row === undefined) throw new Refusal(404, { error: 'not_found' });
    return { status: 200, body: row.text };
  });
}

function createCall(req: Request): Call {
  const resource = param(req, 'resource');
  return plainCall(resource, (tenant) => {
    knownCollection(tenant, resource);
    // The platform gives the id, whatever the body says.
    const { id, ...fields } = checked(jsonRecordSchema, req.body);
    return jsonAnswer(201, tenant.putRecord(resource, fields));
  });
}

function updateCall(req: Request): Call {
  const resource = param(req, 'resource');
  return plainCall(resource, (tenant) => {
    knownCollection(tenant, resource);
    const record = tenant.patchRecord(resource, param(req, 'id'), {
      fields: checked(jsonRecordSchema, req.body),
      keepTimestamps: false,
    });
    if (record === null) throw new Refusal(404, { error: 'not_found' });
    return jsonAnswer(200, record);
  });
}

function listCall(tenants: Tenants, req: Request): Call {
  const resource = param(req, 'resource');
  if (req.query.ids !== undefined) {
    return plainCall(resource, (tenant) => readMany(tenant, resource, text(req, 'ids') ?? ''));
  }
  return {
    resource,
    suits: (tenant, kind) => {
      const request = tryListingRequest(tenant, req);
      return request !== null && suitsListing(tenant, request, kind);
    },
    answer: (tenant, fault) => list(tenants, { tenant, req, fault }),
  };
}

function list(
  tenants: Tenants,
  { tenant, req, fault }: { tenant: Tenant; req: Request; fault: Fault | null },
): Answer {
  knownCollection(tenant, param(req, 'resource'));
  const request = listingRequest(tenant, req);
  const page = listPage({ tenant, platform: tenants.platform }, request, fault);
  return listAnswer(page.texts, page.nextCursor);
}

function readMany(tenant: Tenant, resource: string, ids: string): Answer {
  const collection = knownCollection(tenant, resource);
  const wanted = new Set(ids.split(',').filter((id) => id !== ''));
  if (wanted.size > MOST_IDS) throw badRequest('ids', `at most ${MOST_IDS}`);
  const texts = [...wanted].flatMap((id) => collection.get(id)?.text ?? []);
  return listAnswer(texts, null);
}

function listAnswer(texts: readonly string[], nextCursor: string | null): Answer {
  const tail = `"next_cursor":${JSON.stringify(nextCursor)},"has_more":${nextCursor !== null}`;
  return { status: 200, body: `{"records":[${texts.join(',')}],${tail}}` };
}

function tryListingRequest(tenant: Tenant, req: Request): ListingRequest | null {
  try {
    return listingRequest(tenant, req);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function listingRequest(tenant: Tenant, req: Request): ListingRequest {
  const { usual, most } = tenant.pageSizes;
  const limit = text(req, 'limit');
  if (limit !== null && !(/^\d{1,4}$/.test(limit) && +limit >= 1 && +limit <= MOST_LIMIT)) {
    throw badRequest('limit', `a whole number from 1 to ${MOST_LIMIT}`);
  }
  const since = text(req, 'updated_since');
  if (since !== null && !(INSTANT.test(since) && !Number.isNaN(Date.parse(since)))) {
    throw badRequest('updated_since', 'an ISO 8601 instant with its zone');
  }
  return {
    resource: param(req, 'resource'),
    limit: limit === null ? usual : Math.min(Number(limit), most),
    cursor: text(req, 'cursor'),
    sinceMs: since === null ? null : Date.parse(since),
  };
}

/** A query value; null where it is absent or empty. */
function text(req: Request, name: string): string | null {
  const value = req.query[name];
  if (value === undefined || value === '') return null;
  return String(value);
}

function param(req: Request, name: string): string {
  const value = req.params[name];
  return typeof value === 'string' ? value : '';
}

function knownCollection(tenant: Tenant, resource: string) {
  const collection = tenant.collection(resource);
  if (collection === undefined) throw new Refusal(404, { error: 'unknown_resource' });
  return collection;
}
