import path from 'node:path';
import { apiConfig, ConfigError, workerConfig } from './config';

const DATABASE_URL = 'postgresql://a:secret-word@127.0.0.1:5432/syncline';

function messageOf(variables: Record<string, string>): string {
  try {
    apiConfig({ DATABASE_URL, ...variables });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('config', () => {
  it('needs nothing but a database', () => {
    const config = apiConfig({ DATABASE_URL });
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      home: path.resolve('.syncline'),
      temporal: { address: '127.0.0.1:7233', namespace: 'default', apiKey: null, tls: null },
      sandboxUrl: 'http://127.0.0.1:4010',
      database: { url: DATABASE_URL, pool: 10 },
      rateLimit: { perSecond: 200, burst: 1000 },
      allowPrivateTargets: true,
    });
    expect(workerConfig({ DATABASE_URL })).toMatchObject({
      database: { pool: 20 },
      retry: { baseMs: 500, capMs: 30_000 },
      keepDays: { quietSyncs: 7, syncs: 90 },
    });
  });

  it('derives addresses from ports', () => {
    const config = apiConfig({ DATABASE_URL, SANDBOX_PORT: '5001', TEMPORAL_PORT: '5002' });
    expect(config.sandboxUrl).toBe('http://127.0.0.1:5001');
    expect(config.temporal.address).toBe('127.0.0.1:5002');
    expect(apiConfig({ DATABASE_URL, PORT: '5003' }).publicUrl).toBe('http://localhost:5003');
  });

  it('takes the address that browsers use, and no other scheme', () => {
    const publicUrl = (text: string) =>
      apiConfig({ DATABASE_URL, SYNCLINE_PUBLIC_URL: text }).publicUrl;
    expect(publicUrl('https://sync.example.com/')).toBe('https://sync.example.com');
    expect(messageOf({ SYNCLINE_PUBLIC_URL: 'ftp://sync.example.com' })).toMatch(
      /^SYNCLINE_PUBLIC_URL /,
    );
  });

  it('lets one click sign in where it is told to, and nobody else can come', () => {
    const localSignIn = (variables: Record<string, string>) =>
      apiConfig({ DATABASE_URL, SYNCLINE_LOCAL_SIGN_IN: 'true', ...variables }).localSignIn;
    expect(apiConfig({ DATABASE_URL }).localSignIn).toBe(false);
    expect(localSignIn({})).toBe(true);
    expect(localSignIn({ HOST: '::1', SYNCLINE_PUBLIC_URL: 'http://[::1]:3000' })).toBe(true);
    expect(localSignIn({ HOST: '0.0.0.0' })).toBe(false);
    expect(localSignIn({ HOST: '127.evil.example' })).toBe(false);
    expect(localSignIn({ SYNCLINE_PUBLIC_URL: 'https://sync.example.com' })).toBe(false);
    expect(localSignIn({ NODE_ENV: 'production', SYNCLINE_ENCRYPTION_KEY: 'x'.repeat(16) })).toBe(
      false,
    );
  });

  it('takes a list of proxies to trust', () => {
    const trusted = (text: string) =>
      apiConfig({ DATABASE_URL, SYNCLINE_TRUSTED_PROXIES: text }).trustedProxies;
    expect(trusted('10.0.0.0/8, ::1,loopback')).toEqual(['10.0.0.0/8', '::1', 'loopback']);
    for (const bad of ['10.0.0.0/33', 'proxy.example', '10.0.0.0/8/8', '1', 'true']) {
      expect(messageOf({ SYNCLINE_TRUSTED_PROXIES: bad })).toMatch(/^SYNCLINE_TRUSTED_PROXIES /);
    }
  });

  it('takes empty text for absent', () => {
    expect(apiConfig({ DATABASE_URL, PORT: '', TEMPORAL_API_KEY: '' }).port).toBe(3000);
  });

  it('cannot be changed', () => {
    const config = apiConfig({ DATABASE_URL });
    expect(Object.isFrozen(config) && Object.isFrozen(config.temporal)).toBe(true);
  });

  it.each([
    [{ PORT: '70000' }, 'PORT must be a whole number from 0 to 65535.'],
    [{ PORT: '3e3' }, 'PORT must be a whole number from 0 to 65535.'],
    [
      { SYNCLINE_ADMIN_PASSWORD: 'eleven char' },
      'SYNCLINE_ADMIN_PASSWORD must have 12 characters or more.',
    ],
    [{ SYNCLINE_API_KEY: 'short' }, 'SYNCLINE_API_KEY must have 16 characters or more.'],
    [
      { DATABASE_URL: 'mysql://u:hidden@h/d' },
      'DATABASE_URL must be a URL such as postgresql://user:password@host:5432/syncline.',
    ],
    [{ TEMPORAL_ADDRESS: 'http://x:1' }, 'TEMPORAL_ADDRESS must be host:port, without a scheme.'],
    [
      { SYNCLINE_ALLOW_PRIVATE_TARGETS: 'maybe' },
      'SYNCLINE_ALLOW_PRIVATE_TARGETS must be true or false.',
    ],
    [
      { NODE_ENV: 'production' },
      'SYNCLINE_ENCRYPTION_KEY must be set when NODE_ENV is production.',
    ],
    [
      { TEMPORAL_TLS_CLIENT_CERT_PATH: '/a.pem' },
      'TEMPORAL_TLS_CLIENT_KEY_PATH must be set too: a client certificate and its key go together.',
    ],
    [
      { SYNCLINE_RETRY_CAP_MS: '10' },
      'SYNCLINE_RETRY_CAP_MS must not be less than SYNCLINE_RETRY_BASE_MS.',
    ],
  ])('refuses %j in one sentence that holds no value', (variables, message) => {
    expect(messageOf(variables)).toBe(message);
  });

  it('says that the database is needed', () => {
    expect(() => apiConfig({})).toThrow('DATABASE_URL must be a URL such as');
  });

  it('allows no private targets in production unless told', () => {
    const production = {
      DATABASE_URL,
      NODE_ENV: 'production',
      SYNCLINE_ENCRYPTION_KEY: 'x'.repeat(16),
    };
    expect(apiConfig(production).allowPrivateTargets).toBe(false);
    expect(
      apiConfig({ ...production, SYNCLINE_ALLOW_PRIVATE_TARGETS: 'true' }).allowPrivateTargets,
    ).toBe(true);
  });
});
