/**
 * The demo, a child of `npm start`: on a new home it makes a company on the sandbox platform and
 * connects it through our own API; at every start it changes data there every few seconds and tells
 * what the syncs bring. It knows nothing but the two HTTP interfaces, and waits quietly while one
 * of them is down.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiClient, sandboxClient } from './lib/demo-clients.mjs';
import { ensureDemoCompany, keepChanging, TENANT } from './lib/demo-company.mjs';
import { tellFirstSync, tellSyncs } from './lib/demo-report.mjs';
import { demoState, writeDemoState } from './lib/home.mjs';
import { shown } from './lib/settings.mjs';

const RETRY_MS = 1_000;
/** How often a failing set-up is told; it is tried all the time. */
const TELL_EVERY = 15;

const home = process.env.SYNCLINE_HOME;
const apiUrl = process.env.SYNCLINE_API_URL;
const api = apiClient({ home, apiUrl });
const sandbox = sandboxClient({ sandboxUrl: process.env.SANDBOX_URL, tenant: TENANT });
const tell = (line) => process.stdout.write(`${line}\n`);

/** Null when there is to be no demo. */
async function companyWhenThere(mayMake) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ensureDemoCompany({ api, sandbox, mayMake });
    } catch (error) {
      if (attempt % TELL_EVERY === 0) tell(`The demo company cannot be made yet: ${error.message}`);
      await sleep(RETRY_MS);
    }
  }
}

async function main() {
  const isNew = demoState(home, true) === 'wanted';
  const companyId = await companyWhenThere(isNew);
  writeDemoState(home, companyId === null ? 'absent' : 'present');
  if (companyId === null) return sleep(2 ** 31 - 1);
  if (isNew) {
    await tellFirstSync(api, companyId, tell);
    const key = shown(join(home, 'api-key'));
    tell(
      `Read what it brought: curl -g -H "api_key: $(cat ${key})" '${apiUrl}/v3/accounting/invoices?limit=2&rootfi_company_id[eq]=${companyId}'`,
    );
  }
  tell(
    'The demo company changes every 5 s; its invoices sync every minute, and each sync that changes something is told here.',
  );
  await Promise.all([keepChanging(sandbox), tellSyncs(api, companyId, tell)]);
}

await main();
