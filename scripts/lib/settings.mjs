/** What `npm start` reads from the environment; the rest goes to the processes as it is. */
import { isAbsolute, resolve } from 'node:path';
import { homeOf, ROOT } from './paths.mjs';
import { PlainError } from './plain-error.mjs';

const DEFAULT_PORTS = {
  PORT: 3000,
  SANDBOX_PORT: 4010,
  TEMPORAL_PORT: 7233,
  TEMPORAL_UI_PORT: 8233,
  POSTGRES_PORT: 54329,
};

function portOf(env, name) {
  const text = env[name] || String(DEFAULT_PORTS[name]);
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new PlainError(`${name} must be a port number from 1 to 65535.`);
}

/** Empty text counts as unset, as compose files and CI systems pass it on. */
export function readSettings(env = process.env) {
  const databaseUrl = env.DATABASE_URL || null;
  const temporalAddress = env.TEMPORAL_ADDRESS || null;
  const sandboxUrl = env.SANDBOX_URL || null;
  if (env.NODE_ENV === 'production' && !env.SYNCLINE_ENCRYPTION_KEY) {
    throw new PlainError('SYNCLINE_ENCRYPTION_KEY must be set when NODE_ENV is production.');
  }
  const settings = {
    home: homeOf(env),
    host: env.HOST || '127.0.0.1',
    port: portOf(env, 'PORT'),
    sandboxPort: portOf(env, 'SANDBOX_PORT'),
    sandboxUrl,
    databaseUrl,
    postgresPort: portOf(env, 'POSTGRES_PORT'),
    temporalAddress,
    temporalNamespace: env.TEMPORAL_NAMESPACE || 'default',
    temporalPort: portOf(env, 'TEMPORAL_PORT'),
    temporalUiPort: portOf(env, 'TEMPORAL_UI_PORT'),
    temporalUsesTls: usesTls(env),
    wantsDemo: env.SYNCLINE_DEMO !== '0' && env.SYNCLINE_DEMO !== 'false',
  };
  const publicUrl = (env.SYNCLINE_PUBLIC_URL || browserUrl(settings)).replace(/\/+$/, '');
  return {
    ...settings,
    publicUrl,
    localSignIn: signsInLocally({ ...settings, publicUrl }, env),
    temporalUiUrl:
      env.TEMPORAL_UI_URL ||
      (temporalAddress ? null : `http://127.0.0.1:${settings.temporalUiPort}`),
    ports: portsInUse(settings),
  };
}

/** Where a browser on this machine finds the dashboard. */
function browserUrl({ host, port }) {
  const isHere = isLoopback(host) || ['0.0.0.0', '::'].includes(host);
  return isHere ? `http://localhost:${port}` : apiUrl({ host, port });
}

/** By default where everything is ours and nothing is reached from elsewhere; the API looks again. */
function signsInLocally({ databaseUrl, host, publicUrl }, env) {
  if (env.SYNCLINE_LOCAL_SIGN_IN) return /^(true|1|yes|on)$/i.test(env.SYNCLINE_LOCAL_SIGN_IN);
  const isOurs = !databaseUrl && env.NODE_ENV !== 'production';
  return (
    isOurs && isLoopback(host) && URL.canParse(publicUrl) && isLoopback(new URL(publicUrl).hostname)
  );
}

function isLoopback(host) {
  return host === 'localhost' || /^127(\.\d{1,3}){3}$/.test(host) || /^\[?::1\]?$/.test(host);
}

function usesTls(env) {
  const names = [
    'TEMPORAL_API_KEY',
    'TEMPORAL_TLS',
    'TEMPORAL_TLS_SERVER_NAME',
    'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    'TEMPORAL_TLS_CLIENT_CERT_PATH',
  ];
  return names.some((name) => env[name] && env[name] !== 'false' && env[name] !== '0');
}

/** The ports that this start will listen on: `[{variable, port, host}]`, each once. */
function portsInUse(settings) {
  const local = '127.0.0.1';
  const ports = [{ variable: 'PORT', port: settings.port, host: settings.host }];
  if (!settings.sandboxUrl)
    ports.push({ variable: 'SANDBOX_PORT', port: settings.sandboxPort, host: local });
  if (!settings.databaseUrl)
    ports.push({ variable: 'POSTGRES_PORT', port: settings.postgresPort, host: local });
  if (!settings.temporalAddress) {
    ports.push({ variable: 'TEMPORAL_PORT', port: settings.temporalPort, host: local });
    ports.push({ variable: 'TEMPORAL_UI_PORT', port: settings.temporalUiPort, host: local });
  }
  for (const [index, { variable, port }] of ports.entries()) {
    const twin = ports.slice(0, index).find((other) => other.port === port);
    if (twin)
      throw new PlainError(
        `${twin.variable} and ${variable} are both ${port}: give each a port of its own.`,
      );
  }
  return ports;
}

/** A path of the home as a person would type it: from the clone where it lies inside, else in full. */
export function shown(path) {
  const inside = `${ROOT}/`;
  return isAbsolute(path) && path.startsWith(inside) && process.cwd() === ROOT
    ? path.slice(inside.length)
    : resolve(path);
}

/** Where the API is reached from this machine, whatever it listens on. */
export function apiUrl({ host, port }) {
  const reached = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}

/** What every process of the product is given. `databaseUrl` may be that of the embedded server. */
export function childEnvironment(settings, databaseUrl, env = process.env) {
  return {
    ...env,
    SYNCLINE_HOME: settings.home,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: settings.temporalAddress ?? `127.0.0.1:${settings.temporalPort}`,
    TEMPORAL_NAMESPACE: settings.temporalNamespace,
    SANDBOX_PORT: String(settings.sandboxPort),
    SANDBOX_URL: settings.sandboxUrl ?? `http://127.0.0.1:${settings.sandboxPort}`,
    HOST: settings.host,
    PORT: String(settings.port),
    SYNCLINE_PUBLIC_URL: settings.publicUrl,
    SYNCLINE_LOCAL_SIGN_IN: String(settings.localSignIn),
    ...(settings.temporalUiUrl ? { TEMPORAL_UI_URL: settings.temporalUiUrl } : {}),
  };
}
