/**
 * `npm start`: everything, on a fresh clone, with no other step. Checks, installs, builds, starts
 * the parts in order and watches over them until Ctrl-C.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimHome, demoState } from '../lib/home.mjs';
import {
  apiPart,
  demoPart,
  postgresPart,
  sandboxPart,
  temporalPart,
  waitUntilReady,
  workerPart,
} from '../lib/parts.mjs';
import { openDashboard } from '../lib/open-dashboard.mjs';
import { ROOT } from '../lib/paths.mjs';
import { PlainError, sentence } from '../lib/plain-error.mjs';
import { describePortHolder, whyPortTaken } from '../lib/ports.mjs';
import { ensureDatabase } from '../lib/postgres.mjs';
import { endLeftovers } from '../lib/run-dir.mjs';
import { run } from '../lib/run.mjs';
import { say, secondsSinceStart, step, table, tell } from '../lib/say.mjs';
import { setUp } from '../lib/set-up.mjs';
import { apiUrl, childEnvironment, readSettings, shown } from '../lib/settings.mjs';
import { Supervisor } from '../lib/supervisor.mjs';
import { resolveTemporalBinary } from '../lib/temporal-binary.mjs';
import { askNamespace } from '../lib/temporal-server.mjs';

const DATABASE = 'syncline';
const REACH_LIMIT_MS = 5_000;

async function checkPorts(ports) {
  for (const { variable, port, host } of ports) {
    const reason = await whyPortTaken(port, host);
    if (!reason) continue;
    const holder = await describePortHolder(port);
    throw new PlainError(
      `Port ${port} (${variable}) is ${reason}${holder ? ` by ${holder}` : ''}: end that, or set ${variable} to a free port.`,
    );
  }
}

/** Runs one of the product's programs to its end, and answers what it said; its last words are the reason when it fails. */
function runOnce(title, script, env) {
  return step(title, async () => {
    const { code, stdout, stderr } = await run(process.execPath, [join(ROOT, script)], {
      cwd: ROOT,
      env,
    });
    if (code === 0) return stdout;
    const reason = (stderr.trim() || stdout.trim()).split('\n').at(-1);
    throw new PlainError(reason || `${script} ended with code ${code}.`);
  });
}

async function startPostgres(settings, supervisor) {
  let urlOf;
  const part = postgresPart(settings, (makeUrl) => {
    urlOf = makeUrl;
  });
  await step('Starting PostgreSQL', async () => {
    await supervisor.start(part);
    await ensureDatabase(urlOf('postgres'), DATABASE);
  });
  return urlOf(DATABASE);
}

async function startTemporal(settings, supervisor) {
  if (settings.temporalAddress) return;
  await step('Starting Temporal', async (remark) => {
    const binary = await resolveTemporalBinary(process.env, (text) => say(`… ${text}`));
    remark(binary.source);
    await supervisor.start(temporalPart(settings, binary.path));
  });
}

/** A server that others run: it must answer now, as nothing here can start it. */
async function checkTemporal({ temporalAddress, temporalNamespace, temporalUsesTls }) {
  const address = /:\d+$/.test(temporalAddress) ? temporalAddress : `${temporalAddress}:7233`;
  const limits = { address, namespace: temporalNamespace, limitMs: REACH_LIMIT_MS };
  const answer = await askNamespace(temporalUsesTls ? { ...limits, tls: {} } : limits).catch(
    (error) => error,
  );
  // Behind TLS we lack the certificates and keys that the client will use; that it talks is enough.
  if (temporalUsesTls && answer instanceof Error && !isSilence(answer)) return;
  if (answer === 'no namespace') {
    throw new PlainError(
      `The Temporal server at ${address} has no namespace "${temporalNamespace}": create it, or correct TEMPORAL_NAMESPACE.`,
    );
  }
  if (answer instanceof Error) {
    throw new PlainError(
      `No Temporal server answers at ${address} (${answer.code ?? answer.message}): start it, or correct TEMPORAL_ADDRESS.`,
    );
  }
}

function isSilence(error) {
  return (
    ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ETIMEDOUT'].includes(error.code) ||
    /no answer within/.test(error.message)
  );
}

async function startEverything(settings, supervisor) {
  const left = await endLeftovers(settings.home);
  if (left.length > 0) say(`✓ Ended what an earlier start had left running: ${left.join(', ')}`);
  await checkPorts(settings.ports);
  if (settings.temporalAddress) await checkTemporal(settings);
  await setUp();
  const demo = demoState(settings.home, settings.wantsDemo);
  const keyFile = join(settings.home, 'api-key');
  const isFirstStart = !existsSync(keyFile);

  const databaseUrl = await startServers(settings, supervisor);
  const env = childEnvironment(settings, databaseUrl);
  const told = await runOnce('Preparing the organisation', 'dist/api/bootstrap.js', env);
  const admin = newAdmin(told);
  try {
    await startParts(settings, supervisor, env);
  } catch (error) {
    // The password is told once, and kept nowhere.
    if (admin) say(`\nSign in as ${admin}`);
    throw error;
  }
  welcome(settings, databaseUrl, { keyFile, isFirstStart, admin });
  const hasDemo = demo !== 'absent' && settings.wantsDemo;
  if (hasDemo) await supervisor.start(demoPart(settings, env, tell));
  void openDashboard({ settings, hasDemo });
}

/** The first admin as the bootstrap tells of it, with the password; null where there was one already. */
function newAdmin(told) {
  return /^New admin: (.+)$/m.exec(told)?.[1] ?? null;
}

async function startParts(settings, supervisor, env) {
  if (!settings.sandboxUrl) {
    await step('Starting the sandbox platform', () => supervisor.start(sandboxPart(settings, env)));
  }
  await step('Starting the worker and the API', async () => {
    await Promise.all(
      [workerPart(settings, env), apiPart(settings, env)].map((part) => supervisor.start(part)),
    );
    await waitUntilReady(settings);
  });
}

/** A migrated database and a Temporal server, ours or others'; answers the database's address. */
async function startServers(settings, supervisor) {
  if (settings.databaseUrl) {
    // Others' database may refuse us: better to know before anything runs.
    await migrate(settings, settings.databaseUrl);
    await startTemporal(settings, supervisor);
    return settings.databaseUrl;
  }
  const startDatabase = async () => {
    const url = await startPostgres(settings, supervisor);
    await migrate(settings, url);
    return url;
  };
  const temporal = startTemporal(settings, supervisor);
  // The first failure is the one to tell; that of the other is heard and comes too late.
  temporal.catch(() => undefined);
  const [databaseUrl] = await Promise.all([startDatabase(), temporal]);
  return databaseUrl;
}

async function migrate(settings, databaseUrl) {
  const seconds = settings.databaseUrl
    ? { SYNCLINE_MIGRATE_WAIT_SECONDS: String(REACH_LIMIT_MS / 1_000) }
    : {};
  await runOnce('Migrating the database', 'dist/store/migrate/main.js', {
    ...childEnvironment(settings, databaseUrl),
    ...seconds,
  });
}

function welcome(settings, databaseUrl, { keyFile, isFirstStart, admin }) {
  const api = apiUrl(settings);
  const database = new URL(databaseUrl);
  database.password = '';
  const password = settings.databaseUrl
    ? ''
    : ` (password: ${shown(join(settings.home, 'postgres', 'password'))})`;
  const rows = [
    ['What', 'Where'],
    ['Dashboard', settings.publicUrl],
    ['Sign in', signInWords(settings, admin)],
    ['API', `${api}/v3`],
    ['API reference', `${api}/docs`],
    ...(settings.temporalAddress
      ? [['Temporal', settings.temporalAddress]]
      : [
          ['Temporal Web UI', `http://127.0.0.1:${settings.temporalUiPort}`],
          ['Temporal', `127.0.0.1:${settings.temporalPort}`],
        ]),
    ['Sandbox platform', settings.sandboxUrl ?? `http://127.0.0.1:${settings.sandboxPort}`],
    ['PostgreSQL', `${database.href}${password}`],
    [
      'API key',
      isFirstStart
        ? `${readFileSync(keyFile, 'utf8').trim()} (kept in ${shown(keyFile)})`
        : `in ${shown(keyFile)}`,
    ],
    ['Logs', shown(join(settings.home, 'logs'))],
  ];
  say(
    `\nSyncline is ready, after ${secondsSinceStart()} s.\n\n${table(rows)}\n\nCtrl-C stops everything and keeps all data.\n`,
  );
}

function signInWords({ localSignIn }, admin) {
  const byPassword = admin ? `${admin} (shown this once)` : 'admin@localhost, with its password';
  return localSignIn ? `one click in a browser on this machine, or ${byPassword}` : byPassword;
}

/** Runs until it is told to stop; ends the process itself. */
export async function main() {
  // Whoever read our output may have gone away (`npm start | head`): that is no reason to stop.
  process.stdout.on('error', () => undefined);
  const settings = readSettings();
  await claimHome(settings.home);
  const supervisor = new Supervisor(settings.home);
  supervisor.listen();
  let code = 0;
  try {
    await Promise.race([startEverything(settings, supervisor), supervisor.stopRequested]);
    const reason = await supervisor.stopRequested;
    say(`\nStopping (${reason}) …`);
  } catch (error) {
    if (supervisor.isStopping) say('\nStopping …');
    else {
      code = 1;
      console.error(`\n✗ ${sentence(error)}`);
    }
  }
  const from = Date.now();
  await supervisor.stopAll();
  if (supervisor.hasParts) say(`Stopped, after ${((Date.now() - from) / 1000).toFixed(1)} s.`);
  process.exit(code);
}
