import path from 'node:path';
import type { z } from 'zod';
import { type Environment, environment } from './environment';
import { isLoopbackHost } from './loopback';

/** What every process needs. */
interface CommonConfig {
  readonly isProduction: boolean;
  /** Absolute path of all local state. */
  readonly home: string;
  readonly logLevel: Environment['SYNCLINE_LOG_LEVEL'];
  readonly database: { readonly url: string; readonly pool: number };
  readonly temporal: TemporalConfig;
  /** What the key that seals credentials is made from; null = the one kept in the home. */
  readonly encryptionKey: string | null;
  readonly sandboxUrl: string;
  /** Where browsers reach the sandbox platform. */
  readonly sandboxPublicUrl: string;
  /** Whether targets that a user can name may lie in private networks or on this machine. */
  readonly allowPrivateTargets: boolean;
}

export interface TemporalConfig {
  readonly address: string;
  readonly namespace: string;
  readonly apiKey: string | null;
  /** null = no TLS, unless an API key asks for it. Values are paths of PEM files. */
  readonly tls: {
    readonly serverName: string | null;
    readonly caPath: string | null;
    readonly certPath: string | null;
    readonly keyPath: string | null;
  } | null;
}

export interface ApiConfig extends CommonConfig {
  readonly host: string;
  readonly port: number;
  /** Where browsers reach this installation, without a slash at the end: links and redirects start with it. */
  readonly publicUrl: string;
  /** Whose word is taken for the address of those who ask; empty = nobody's. */
  readonly trustedProxies: readonly string[];
  /**
   * Whether whoever sits at this machine signs in as the admin with one click. Only where nobody else can reach us:
   * never in production, and never where we listen, or say that we are reached, beyond this machine.
   */
  readonly localSignIn: boolean;
  /** The first admin's password; null = one is made. */
  readonly adminPassword: string | null;
  /** Where people look at workflows; null = nowhere that we know of. */
  readonly temporalUiUrl: string | null;
  /** One more key for the first organisation; null = none. */
  readonly bootstrapApiKey: string | null;
  readonly rateLimit: { readonly perSecond: number; readonly burst: number };
}

export interface WorkerConfig extends CommonConfig {
  /** Back-off after a transient platform error: first wait and longest wait, in milliseconds. */
  readonly retry: { readonly baseMs: number; readonly capMs: number };
  /** How long ended syncs are kept, in days: auto syncs that changed nothing, and all others. */
  readonly keepDays: {
    readonly quietSyncs: number;
    readonly syncs: number;
    /** The log of calls to platforms. */
    readonly requestLog: number;
  };
}

/** A setting that cannot be used. The message is one sentence that names the variable and never its value. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

const API_POOL = 10;
const WORKER_POOL = 20;

/** Configuration of the API process. Throws `ConfigError`. */
export function apiConfig(variables: Variables): ApiConfig {
  const env = read(variables);
  const publicUrl = withoutSlash(env.SYNCLINE_PUBLIC_URL ?? `http://localhost:${env.PORT}`);
  return deepFreeze({
    ...common(env, API_POOL),
    host: env.HOST,
    port: env.PORT,
    publicUrl,
    trustedProxies: env.SYNCLINE_TRUSTED_PROXIES ?? [],
    localSignIn:
      env.SYNCLINE_LOCAL_SIGN_IN === true &&
      env.NODE_ENV !== 'production' &&
      isLoopbackHost(env.HOST) &&
      isLoopbackHost(new URL(publicUrl).hostname),
    adminPassword: env.SYNCLINE_ADMIN_PASSWORD ?? null,
    temporalUiUrl: env.TEMPORAL_UI_URL === undefined ? null : withoutSlash(env.TEMPORAL_UI_URL),
    bootstrapApiKey: env.SYNCLINE_API_KEY ?? null,
    rateLimit: {
      perSecond: env.SYNCLINE_RATE_LIMIT_PER_SECOND,
      burst: env.SYNCLINE_RATE_LIMIT_BURST,
    },
  });
}

/** Configuration of the worker process. Throws `ConfigError`. */
export function workerConfig(variables: Variables): WorkerConfig {
  const env = read(variables);
  return deepFreeze({
    ...common(env, WORKER_POOL),
    retry: { baseMs: env.SYNCLINE_RETRY_BASE_MS, capMs: env.SYNCLINE_RETRY_CAP_MS },
    keepDays: {
      quietSyncs: env.SYNCLINE_KEEP_QUIET_SYNCS_DAYS,
      syncs: env.SYNCLINE_KEEP_SYNCS_DAYS,
      requestLog: env.SYNCLINE_KEEP_REQUEST_LOG_DAYS,
    },
  });
}

/** Reads a process's configuration at its start; a bad setting ends the process with one sentence and exit code 1. */
export function configOrExit<T>(readConfig: (variables: Variables) => T): T {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function read(variables: Variables): Environment {
  // Compose files pass unset variables on as empty text.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const result = environment.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(sentence(result.error));
}

function sentence(error: z.ZodError): string {
  const issue = error.issues[0];
  const variable = issue?.path[0];
  if (issue === undefined || variable === undefined) return 'The environment cannot be read.';
  return `${String(variable)} ${issue.message}.`;
}

function common(env: Environment, defaultPool: number): CommonConfig {
  const isProduction = env.NODE_ENV === 'production';
  const sandboxUrl = env.SANDBOX_URL ?? `http://127.0.0.1:${env.SANDBOX_PORT}`;
  return {
    isProduction,
    home: path.resolve(env.SYNCLINE_HOME),
    logLevel: env.SYNCLINE_LOG_LEVEL,
    database: { url: env.DATABASE_URL, pool: env.SYNCLINE_DATABASE_POOL ?? defaultPool },
    temporal: {
      address: env.TEMPORAL_ADDRESS ?? `127.0.0.1:${env.TEMPORAL_PORT}`,
      namespace: env.TEMPORAL_NAMESPACE,
      apiKey: env.TEMPORAL_API_KEY ?? null,
      tls: tlsOf(env),
    },
    encryptionKey: env.SYNCLINE_ENCRYPTION_KEY ?? null,
    sandboxUrl,
    sandboxPublicUrl: env.SANDBOX_PUBLIC_URL ?? sandboxUrl,
    allowPrivateTargets: env.SYNCLINE_ALLOW_PRIVATE_TARGETS ?? !isProduction,
  };
}

function tlsOf(env: Environment): TemporalConfig['tls'] {
  const serverName = env.TEMPORAL_TLS_SERVER_NAME ?? null;
  const caPath = env.TEMPORAL_TLS_SERVER_CA_CERT_PATH ?? null;
  const certPath = env.TEMPORAL_TLS_CLIENT_CERT_PATH ?? null;
  const keyPath = env.TEMPORAL_TLS_CLIENT_KEY_PATH ?? null;
  if (!env.TEMPORAL_TLS && !serverName && !caPath && !certPath) return null;
  return { serverName, caPath, certPath, keyPath };
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
