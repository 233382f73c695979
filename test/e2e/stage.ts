import { Client } from 'pg';
import { z } from 'zod';
import type { Installation } from '../support/installation';
import { until } from '../support/until';

/**
 * Companies in every state that a page can show, made through the API and the sandbox's control interface alone: for
 * tests in a browser, and for the screenshots.
 */

const connected = z.object({
  data: z.object({ rootfi_id: z.number(), rootfi_company_id: z.number() }),
});
const requested = z.object({ data: z.object({ sync_id: z.string(), status: z.string() }) });

export interface Staged {
  readonly name: string;
  readonly tenant: string;
  readonly companyId: number;
  readonly connectionId: number;
}

interface Wish {
  readonly seed: Record<string, number>;
  /** Default: hourly. */
  readonly frequency?: string;
  readonly limits?: Record<string, number>;
  readonly pageSize?: number;
  readonly latencyMs?: number;
}

/** A company on a tenant of its own; resolves once it is connected, or where asked for once its first sync has ended. */
export async function stageCompany(
  installation: Installation,
  name: string,
  wish: Wish,
  { synced = true } = {},
): Promise<Staged> {
  const tenant = name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  await installation.sandbox.createTenant(tenant, {
    seed: wish.seed,
    ...(wish.limits === undefined ? {} : { limits: wish.limits }),
    ...(wish.pageSize === undefined ? {} : { page_size: wish.pageSize }),
    ...(wish.latencyMs === undefined ? {} : { latency_ms: wish.latencyMs }),
  });
  const answer = await installation.call('POST', '/v3/core/connections', {
    company_name: name,
    integration_type: 'ROOTFI_SANDBOX',
    credentials: { tenant_id: tenant },
    sync_config: Object.keys(wish.seed).map((resource) => ({
      data_model: resource.toUpperCase(),
      category: 'ACCOUNTING',
      enabled: true,
      frequency: wish.frequency ?? 'HOURLY',
      interval: 1,
      scope_access: { READ: true },
    })),
  });
  const { data } = connected.parse(answer);
  const staged = {
    name,
    tenant,
    companyId: data.rootfi_company_id,
    connectionId: data.rootfi_id,
  };
  if (synced) await untilIdle(installation, staged);
  return staged;
}

const syncsOf = z.object({ data: z.array(z.object({ status: z.string() })) });

/** Waits until every sync of the company has ended. */
export async function untilIdle(installation: Installation, { companyId }: Staged): Promise<void> {
  await until('the syncs to end', 60_000, async () => {
    const answer = await installation.call('GET', `/v3/core/syncs?rootfi_company_id=${companyId}`);
    const { data } = syncsOf.parse(answer);
    return data.length > 0 && data.every(({ status }) => /SUCCESS|FAILED/.test(status))
      ? true
      : null;
  });
}

/** Requests a sync and waits for its end. Answers its id. */
export async function runSync(
  installation: Installation,
  { companyId }: Staged,
  body: object = {},
): Promise<string> {
  const answer = await installation.call('POST', '/v3/core/syncs', {
    company_id: companyId,
    integration_type: 'ROOTFI_SANDBOX',
    ...body,
  });
  const { sync_id: id } = requested.parse(answer).data;
  await until(`sync ${id} to end`, 60_000, async () => {
    const { data } = requested.parse(await installation.call('GET', `/v3/core/syncs/${id}`));
    return /SUCCESS|FAILED/.test(data.status) ? true : null;
  });
  return id;
}

/** Deletes so many invoices at the platform that the sweep of a full sync is held. */
export async function holdDeletions(installation: Installation, company: Staged, count: number) {
  const { sandbox } = installation;
  const ids = [...(await sandbox.truth(company.tenant, 'invoices')).keys()].slice(0, count);
  for (const id of ids) await sandbox.remove(company.tenant, 'invoices', id);
  return runSync(installation, company, { full_sync: true, data_models_to_sync: ['INVOICES'] });
}

/** The platform takes the access away; the next sync finds out. */
export async function revoke(installation: Installation, company: Staged): Promise<void> {
  await installation.sandbox.fault(company.tenant, { kind: 'revoke_token', times: 0 });
  await runSync(installation, company);
  await installation.sandbox.heal(company.tenant);
}

/** The platform answers one invoice that cannot be mapped, in a sync that reads them all. */
export async function quarantineOne(installation: Installation, company: Staged): Promise<void> {
  await installation.sandbox.fault(company.tenant, {
    kind: 'malformed_record',
    resource: 'invoices',
    times: 1,
  });
  await runSync(installation, company, { full_sync: true });
}

/** As if the days of a link were over. */
export async function expireLink(installation: Installation, linkId: string): Promise<void> {
  const client = new Client({ connectionString: installation.databaseUrl });
  await client.connect();
  try {
    const sql = `UPDATE invite_links SET expires_at = now() - interval '1 second' WHERE public_id = $1`;
    await client.query(sql, [linkId]);
  } finally {
    await client.end();
  }
}

/** The whole cast of the screenshots. */
export async function stageAll(installation: Installation) {
  const made = (name: string, wish: Wish, how?: { synced: boolean }) =>
    stageCompany(installation, name, wish, how);
  const small = { invoices: 40, contacts: 12, bills: 20 };
  const [healthy, held, expired, paused, disconnected, quarantined] = await Promise.all([
    made('Alpine Outfitters', { seed: { ...small, items: 30, accounts: 25 } }),
    made('Harbor Legal', { seed: { invoices: 160, contacts: 12 } }),
    made('Bluebird Coffee', { seed: small }),
    made('Quayside Books', { seed: small }),
    made('Pixel Foundry', { seed: small }),
    made('Meadow Dairy', { seed: { invoices: 60, contacts: 12 } }),
  ]);
  await holdDeletions(installation, held, 120);
  await revoke(installation, expired);
  await installation.call('POST', `/v3/core/connections/${paused.connectionId}/pause`);
  await installation.call('POST', `/v3/core/connections/${disconnected.connectionId}/disconnect`);
  await quarantineOne(installation, quarantined);
  // Last, so that it still waits when it is looked at.
  const throttled = await made(
    'Northwind Traders',
    { seed: { invoices: 3_000, contacts: 400 }, pageSize: 20, limits: { per_minute: 20 } },
    { synced: false },
  );
  return { healthy, held, expired, paused, disconnected, quarantined, throttled };
}
