import createFetchClient, { type Middleware } from 'openapi-fetch';
import createClient from 'openapi-react-query';
import type { components, paths } from '../generated/api';

/** The public HTTP API, typed by its own document: the dashboard knows nothing that a caller could not know. */

export type Schemas = components['schemas'];

let csrfToken: string | null = null;

/** What every changing request of a signed-in browser must carry; told by the session. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && csrfToken !== null) {
      request.headers.set('x-csrf-token', csrfToken);
    }
    return request;
  },
};

export const api = createFetchClient<paths>({ baseUrl: '/v3', credentials: 'same-origin' });
api.use(csrf);

/** Hooks of the same paths: `useQuery('get', '/core/companies', …)`. */
export const $api = createClient(api);
