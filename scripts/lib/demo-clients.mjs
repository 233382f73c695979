/** The two HTTP interfaces the demo uses: our own API, and the control interface of the sandbox. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT_MS = 10_000;

/** An answer other than 2xx; `status` is 0 when there was none. */
export class CallError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function call(url, { method = 'GET', headers = {}, body } = {}) {
  const options = { method, headers, signal: AbortSignal.timeout(LIMIT_MS) };
  const withBody =
    body === undefined
      ? options
      : {
          ...options,
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        };
  const response = await fetch(url, withBody).catch((error) => {
    throw new CallError(0, error.message);
  });
  const text = await response.text();
  if (!response.ok) throw new CallError(response.status, text.slice(0, 300));
  return JSON.parse(text);
}

/** Calls of our API with the home's key, which is read each time as it may be replaced. */
export function apiClient({ home, apiUrl }) {
  const headers = () => ({ api_key: readFileSync(join(home, 'api-key'), 'utf8').trim() });
  return {
    get: (path) => call(`${apiUrl}${path}`, { headers: headers() }),
    post: (path, body) => call(`${apiUrl}${path}`, { method: 'POST', headers: headers(), body }),
  };
}

/** A person at the sandbox platform, in one tenant. */
export function sandboxClient({ sandboxUrl, tenant }) {
  const control = `${sandboxUrl}/_control/tenants`;
  const records = (resource) => `${control}/${tenant}/records/${resource}`;
  return {
    createTenant: (seed) => call(control, { method: 'POST', body: { tenant_id: tenant, seed } }),
    list: (resource, limit) => call(`${records(resource)}?limit=${limit}`),
    create: (resource, record) =>
      call(records(resource), { method: 'POST', body: { records: [record] } }),
    change: (resource, id, fields) =>
      call(`${records(resource)}/${id}`, { method: 'PATCH', body: fields }),
    remove: (resource, id) => call(`${records(resource)}/${id}`, { method: 'DELETE' }),
  };
}
