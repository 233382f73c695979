/**
 * A first sync with the published client, against a running installation (`npm start`):
 * node docs/examples/first-sync.mjs
 *
 * Makes a tenant at the sandbox platform, connects a company to it, waits for the initial sync, changes an invoice
 * "in the platform", asks for a sync and reads the change. Runs again and again: each run makes a company of its own.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RootFiClient } from 'rootfi-api';

const home = process.env.SYNCLINE_HOME ?? '.syncline';
const api = process.env.SYNCLINE_API_URL ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`;
const sandbox = process.env.SANDBOX_URL ?? `http://127.0.0.1:${process.env.SANDBOX_PORT ?? 4010}`;
const apiKey = process.env.SYNCLINE_API_KEY ?? readFileSync(join(home, 'api-key'), 'utf8').trim();

const rootfi = new RootFiClient({ environment: `${api}/v3`, apiKey });

/** Plain HTTP, for what the published client has no method for. */
async function call(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { api_key: apiKey, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${url}: ${JSON.stringify(answer)}`);
  return answer;
}

async function syncEnded(syncId) {
  for (;;) {
    const { data } = await rootfi.core.syncs.get(syncId);
    if (data.status === 'SUCCESS' || data.status === 'FAILED') return data;
    await sleep(250);
  }
}

// A tenant of the sandbox platform, standing in for a customer's account at Xero, Stripe …
const tenant = `acme-${Date.now()}`;
await call('POST', `${sandbox}/_control/tenants`, {
  tenant_id: tenant,
  seed: { invoices: 500, contacts: 50 },
});

// The customer connects. Each model's history is loaded at once; after it, each keeps its own time.
const { data: connection } = await call('POST', `${api}/v3/core/connections`, {
  company_name: 'Acme',
  integration_type: 'ROOTFI_SANDBOX',
  credentials: { tenant_id: tenant },
  sync_config: [
    { data_model: 'INVOICES', frequency: 'HOURLY', interval: 1 },
    { data_model: 'CONTACTS', frequency: 'DAILY', interval: 1 },
  ],
});
const company = connection.rootfi_company_id;
const { data: syncs } = await rootfi.core.syncs.list({ rootfiCompanyId: company });
for (const { sync_id } of syncs) {
  const { status, counts } = await syncEnded(sync_id);
  console.log(`Initial sync: ${status}, ${counts.fetched} records fetched`);
}

const { data: invoices } = await rootfi.accounting.invoices.list({
  rootfiCompanyIdEq: company,
  limit: 1,
});
const invoice = invoices[0];
console.log(`Invoice ${invoice.document_number}: ${invoice.total_amount} ${invoice.currency_id}`);

// Somebody edits that invoice in the platform.
await call(
  'PATCH',
  `${sandbox}/_control/tenants/${tenant}/records/invoices/${invoice.platform_unique_id}`,
  { memo: 'Paid in cash' },
);

// An incremental sync on request, of one data model.
const { data: requested } = await rootfi.core.syncs.create({
  company_id: company,
  integration_type: 'ROOTFI_SANDBOX',
  full_sync: false,
  data_models_to_sync: ['INVOICES'],
});
const { status, counts } = await syncEnded(requested.sync_id);
console.log(`Manual sync: ${status}, ${counts.changed} changed of ${counts.fetched} fetched`);

const { data: latest } = await rootfi.accounting.invoices.list({
  rootfiCompanyIdEq: company,
  sortRootfiUpdatedAt: 'DESC',
  limit: 1,
});
console.log(`Changed last here: ${latest[0].document_number}, "${latest[0].memo}"`);
