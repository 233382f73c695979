import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { MigrationError } from './migration-error';

/** Oldest PostgreSQL whose features our statements use. */
const OLDEST_SERVER = 150_000;
const RETRY_EVERY_MS = 250;

/** PostgreSQL's codes that pass by themselves: starting up, shutting down, too many connections. */
const PASSING_SQLSTATES = new Set(['57P03', '57P01', '53300']);
/** Node's codes for a server that may come yet. */
const PASSING_NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EPIPE',
]);

/**
 * Connects to the database, waiting up to `limitMs` for a server that is not up yet. Throws
 * `MigrationError` with one sentence: which server, what is wrong. The caller ends the client.
 */
export async function connectWhenReady(databaseUrl: string, limitMs: number): Promise<Client> {
  const where = describe(databaseUrl);
  const until = Date.now() + limitMs;
  for (;;) {
    const client = new Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: Math.max(1_000, until - Date.now()),
      application_name: 'syncline-migrate',
    });
    // A connection that breaks while idle is reported by the next query as well.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await checkServer(client, where);
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (error instanceof MigrationError) throw error;
      if (!mayPass(error) || Date.now() >= until) throw explain(error, where, limitMs);
    }
    await sleep(RETRY_EVERY_MS);
  }
}

async function checkServer(client: Client, where: string): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
  const version = Number(rows[0]?.server_version_num);
  if (version >= OLDEST_SERVER) return;
  throw new MigrationError(
    `The server of ${where} is PostgreSQL ${Math.trunc(version / 10_000)}, and Syncline needs 15 or newer.`,
  );
}

/** Host, port and database of a URL, without user and password. */
export function describe(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) {
    throw new MigrationError(
      'DATABASE_URL is not a URL: write it like postgresql://user:password@host:5432/syncline.',
    );
  }
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `the database "${decodeURIComponent(pathname.slice(1))}" at ${hostname || 'localhost'}:${port || '5432'}`;
}

/** Told by its shape: a host name with several addresses fails with a list of errors. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('errors' in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return 'code' in error ? String(error.code) : '';
}

function mayPass(error: unknown): boolean {
  const code = codeOf(error);
  return PASSING_SQLSTATES.has(code) || PASSING_NETWORK_CODES.has(code);
}

function explain(error: unknown, where: string, limitMs: number): MigrationError {
  const code = codeOf(error);
  const seconds = Math.round(limitMs / 1_000);
  const sentences: Readonly<Record<string, string>> = {
    '28P01': `The user or password in DATABASE_URL is refused by ${where}.`,
    '28000': `The user in DATABASE_URL may not connect to ${where}.`,
    '3D000': `There is no ${where.replace(/^the /, '')}: create it, or correct DATABASE_URL.`,
    '42501': `The user in DATABASE_URL lacks the right to connect to ${where}.`,
    ECONNREFUSED: `Nothing answers for ${where}, tried for ${seconds} s: is the server running, and is DATABASE_URL right?`,
    ENOTFOUND: `The host name of ${where} cannot be found: correct DATABASE_URL.`,
    EAI_AGAIN: `The host name of ${where} cannot be looked up: correct DATABASE_URL, or look at the network.`,
  };
  const fallback = `Cannot connect to ${where} (${code || (error instanceof Error ? error.message : 'unknown reason')}): is DATABASE_URL right?`;
  return new MigrationError(sentences[code] ?? fallback, { cause: error });
}
