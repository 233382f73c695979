/** The demo's company: made once on a new home, and changed a little every few seconds. */
import { setTimeout as sleep } from 'node:timers/promises';

export const TENANT = 'demo';
export const COMPANY = 'Demo company';

const SEED = {
  invoices: 1_000,
  contacts: 100,
  bills: 200,
  accounts: 40,
  items: 60,
  invoice_payments: 400,
  bill_payments: 100,
  tax_rates: 6,
};

const CHANGE_EVERY_MS = 5_000;
/** Records looked at for changing: enough that the same ones do not change all the time. */
const SAMPLE = 2_000;

/** INVOICES every minute, so that the main job is seen; the others every hour. */
function syncConfig() {
  return Object.keys(SEED).map((resource) => ({
    data_model: resource.toUpperCase(),
    category: 'ACCOUNTING',
    enabled: true,
    frequency: resource === 'invoices' ? 'MINUTELY' : 'HOURLY',
    interval: 1,
    scope_access: { READ: true },
  }));
}

/**
 * The demo's company id: made now if it is not there and `mayMake` says so. Null where there is to
 * be none: somebody deleted it, or the database holds other companies and is in earnest use.
 */
export async function ensureDemoCompany({ api, sandbox, mayMake }) {
  const { data: companies } = await api.get('/v3/core/companies?limit=100&expand=connections');
  const existing = companies.find(({ name }) => name === COMPANY);
  if (existing?.connections?.length > 0) return existing.rootfi_id;
  if (!mayMake || companies.length > (existing ? 1 : 0)) return null;
  await sandbox.createTenant(SEED);
  const { data: connection } = await api.post('/v3/core/connections', {
    ...(existing ? { company_id: existing.rootfi_id } : { company_name: COMPANY }),
    integration_type: 'ROOTFI_SANDBOX',
    credentials: { tenant_id: TENANT },
    sync_config: syncConfig(),
  });
  return connection.rootfi_company_id;
}

/** Changes data for ever: mostly edits, some new documents, now and then a deletion. */
export async function keepChanging(sandbox) {
  const random = (count) => Math.floor(Math.random() * count);
  let step = random(1_000);
  for (;;) {
    await sleep(CHANGE_EVERY_MS);
    step += 1;
    const resource = step % 4 === 0 ? 'contacts' : 'invoices';
    try {
      const { records } = await sandbox.list(resource, SAMPLE);
      const record = records[random(records.length)];
      if (record) await changeSomething(sandbox, { resource, record, step, count: records.length });
    } catch {
      // The sandbox is down for a moment: it is started again, and so is this.
    }
  }
}

async function changeSomething(sandbox, { resource, record, step, count }) {
  if (step % 5 === 0) {
    const { id: _id, created_at: _created, updated_at: _updated, ...fields } = record;
    const stamp = Date.now().toString(36).toUpperCase();
    await sandbox.create(
      resource,
      resource === 'invoices'
        ? { ...fields, document_number: `INV-${stamp}` }
        : { ...fields, name: `${fields.name} ${stamp}` },
    );
  } else if (step % 11 === 0 && count > SEED[resource] * 0.9) {
    await sandbox.remove(resource, record.id);
  } else {
    const at = new Date().toISOString();
    await sandbox.change(
      resource,
      record.id,
      resource === 'invoices'
        ? { memo: `Reminder sent ${at}` }
        : {
            phone_numbers: record.phone_numbers ?? [],
            name: `${record.name.split(' · ')[0]} · ${at.slice(11, 19)}`,
          },
    );
  }
}
