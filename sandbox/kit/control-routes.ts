import express, { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { Refusal } from './answer';
import { badRequest, checked } from './checked-body';
import type { Collection } from './collection';
import { readCursor, writeCursor } from './cursor';
import { faultSpecSchema } from './faults';
import { jsonRecordSchema } from './json';
import type { Tenant } from './tenant';
import { limitsSchema } from './tenant-settings';
import type { Tenants } from './tenants';

const MOST_BODY = '512mb';

const tenantSchema = z.strictObject({
  tenant_id: z.string().min(1).max(200),
  seed: z.record(z.string(), z.int().min(0).max(10_000_000)).optional(),
  limits: limitsSchema.optional(),
  page_size: z.int().min(1).max(1_000).optional(),
  latency_ms: z.int().min(0).max(600_000).optional(),
});

const recordsSchema = z.strictObject({ records: z.array(jsonRecordSchema) });
const clockSchema = z.strictObject({ offset_ms: z.int() });
const afterSchema = z.object({ after: z.coerce.number().int().min(0).default(0) });
const truthSchema = z.object({
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
  cursor: z.string().optional(),
});
const timestampsSchema = z.object({ keep_timestamps: z.stringbool().default(false) });

/** What a person does at the platform, and what tests do to it; neither limited nor logged. */
export function controlRoutes(tenants: Tenants): Router {
  const router = Router();
  router.use(express.json({ limit: MOST_BODY, strict: false, type: () => true }));
  addTenantRoutes(router, tenants);
  addTruthRoute(router, tenants);
  addRecordRoutes(router, tenants);
  addFaultRoutes(router, tenants);
  return router;
}

function addTenantRoutes(router: Router, tenants: Tenants): void {
  router.post('/tenants', async (req, res) => {
    const body = checked(tenantSchema, req.body);
    const unknown = Object.keys(body.seed ?? {}).find(
      (resource) => !tenants.platform.resources.includes(resource),
    );
    if (unknown !== undefined) throw badRequest(`seed.${unknown}`, 'no such resource');
    const tenant = await tenants.reset({
      id: body.tenant_id,
      counts: body.seed ?? {},
      options: { limits: body.limits, pageSize: body.page_size, latencyMs: body.latency_ms },
    });
    res.json(cardOf(tenants, tenant));
  });
  router.get('/tenants/:tenant', (req, res) => {
    res.json(cardOf(tenants, tenantOf(tenants, req)));
  });
  router.put('/tenants/:tenant/limits', (req, res) => {
    const tenant = tenantOf(tenants, req);
    tenant.setLimits(checked(limitsSchema, req.body));
    confirm(res, tenant, { limits: tenant.limiter.getLimits() });
  });
  router.put('/tenants/:tenant/clock', (req, res) => {
    const tenant = tenantOf(tenants, req);
    tenant.setOffset(checked(clockSchema, req.body).offset_ms);
    confirm(res, tenant, { offset_ms: tenant.clock.offsetMs, now: tenant.clock.nowIso() });
  });
  router.get('/tenants/:tenant/requests', (req, res) => {
    res.json(tenantOf(tenants, req).log.after(checked(afterSchema, req.query).after));
  });
}

const RECORDS = '/tenants/:tenant/records/:resource';

function addTruthRoute(router: Router, tenants: Tenants): void {
  router.get(RECORDS, (req, res) => {
    const { resource, collection } = collectionOf(tenants, req);
    const { limit, cursor } = checked(truthSchema, req.query);
    const place = cursor ? readCursor(cursor) : null;
    if (cursor && place?.resource !== resource)
      throw badRequest('cursor', 'not a cursor of this list');
    const page = collection.page({ after: place?.after ?? 0, limit, sinceMs: null });
    const next = { resource, after: page.last, since: null, epoch: 'truth', again: false };
    const records = page.rows.map((row) => row.text).join(',');
    const nextCursor = page.hasMore ? JSON.stringify(writeCursor(next)) : 'null';
    res.type('json').send(`{"records":[${records}],"next_cursor":${nextCursor}}`);
  });
}

function addRecordRoutes(router: Router, tenants: Tenants): void {
  router.post(RECORDS, (req, res) => {
    const { tenant, resource } = collectionOf(tenants, req);
    const { records } = checked(recordsSchema, req.body);
    const { keep_timestamps } = checked(timestampsSchema, req.query);
    records.forEach((record, index) => {
      if (record.id !== undefined && (typeof record.id !== 'string' || record.id === '')) {
        throw badRequest(`records.${index}.id`, 'must be a text that is not empty');
      }
    });
    const stored = records.map((record) => tenant.putRecord(resource, record, keep_timestamps));
    confirm(res, tenant, { records: stored });
  });
  router.patch(`${RECORDS}/:id`, (req, res) => {
    const { tenant, resource } = collectionOf(tenants, req);
    const { keep_timestamps } = checked(timestampsSchema, req.query);
    const id = param(req, 'id');
    const record = tenant.patchRecord(resource, id, {
      fields: checked(jsonRecordSchema, req.body),
      keepTimestamps: keep_timestamps,
    });
    if (record === null) throw new Refusal(404, { error: 'not_found', field: 'id' });
    confirm(res, tenant, record);
  });
  router.delete(`${RECORDS}/:id`, (req, res) => {
    const { tenant, resource } = collectionOf(tenants, req);
    const id = param(req, 'id');
    if (!tenant.deleteRecord(resource, id))
      throw new Refusal(404, { error: 'not_found', field: 'id' });
    confirm(res, tenant, { deleted: id });
  });
}

function addFaultRoutes(router: Router, tenants: Tenants): void {
  const path = '/tenants/:tenant/faults';
  router.post(path, (req, res) => {
    const tenant = tenantOf(tenants, req);
    const spec = checked(faultSpecSchema, req.body);
    if (spec.resource !== undefined && tenant.collection(spec.resource) === undefined) {
      throw badRequest('resource', 'no such resource');
    }
    const fault = tenant.faults.set(spec);
    if (tenant.faults.isRevoked()) {
      tenant.tokens.revokeAll();
      tenant.saveTokens();
    }
    tenant.saveFaults();
    confirm(res, tenant, { fault });
  });
  router.get(path, (req, res) => {
    res.json({ faults: tenantOf(tenants, req).faults.list() });
  });
  router.delete(path, (req, res) => {
    const tenant = tenantOf(tenants, req);
    tenant.faults.clear();
    tenant.saveFaults();
    confirm(res, tenant, { faults: [] });
  });
}

function confirm(res: Response, tenant: Tenant, body: unknown): void {
  tenant.commit();
  res.json(body);
}

function cardOf(tenants: Tenants, tenant: Tenant): object {
  const counts: { [resource: string]: number } = {};
  for (const resource of tenants.platform.resources) {
    counts[resource] = tenant.collection(resource)?.size ?? 0;
  }
  return { tenant_id: tenant.id, records: counts, limits: tenant.limiter.getLimits() };
}

function param(req: Request, name: string): string {
  const value = req.params[name];
  return typeof value === 'string' ? value : '';
}

function tenantOf(tenants: Tenants, req: Request): Tenant {
  const tenant = tenants.get(param(req, 'tenant'));
  if (tenant === undefined) throw new Refusal(404, { error: 'unknown_tenant', field: 'tenant' });
  return tenant;
}

function collectionOf(
  tenants: Tenants,
  req: Request,
): { tenant: Tenant; resource: string; collection: Collection } {
  const tenant = tenantOf(tenants, req);
  const resource = param(req, 'resource');
  const collection = tenant.collection(resource);
  if (collection === undefined) {
    throw new Refusal(404, { error: 'unknown_resource', field: 'resource' });
  }
  return { tenant, resource, collection };
}
