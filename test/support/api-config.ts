import type { ApiDeps } from '../../api/deps';

/** An API that is reached at this address, and limits nobody. */
export function apiTestConfig(publicUrl: string): ApiDeps['config'] {
  return {
    rateLimit: { perSecond: 100_000, burst: 100_000 },
    publicUrl,
    trustedProxies: [],
    localSignIn: false,
    temporal: { address: '127.0.0.1:1', namespace: 'default', apiKey: null, tls: null },
    temporalUiUrl: null,
  };
}
