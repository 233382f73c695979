import type { Connector } from '../contract';
import { isObject } from '../engine/json';
import { auth, credentials } from './auth';
import { observeLimits } from './limits';
import { streams } from './streams';

/** The stand-in accounting platform of `sandbox/`, known by its API alone. */
export const rootfiSandbox: Connector = {
  integrationType: 'ROOTFI_SANDBOX',
  name: 'Sandbox Accounting',
  category: 'ACCOUNTING',
  version: 1,
  credentials,
  // Customers consent at the sandbox's own page; `credentials` are for callers of the API.
  fields: [],
  auth,
  // Limits are set per tenant and told on every answer; none is known beforehand.
  limits: { windows: {}, counting: 'rolling', concurrent: 4 },
  observeLimits,
  errorRules: [
    {
      status: 410,
      matches: (body) => isObject(body) && body.error === 'cursor_expired',
      kind: 'cursor-expired',
    },
  ],
  streams,
};
