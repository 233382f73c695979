/**
 * PostgreSQL refuses to run as root. Started by root (a container, a CI machine), the server runs as
 * the system user `postgres`, which is made where it is missing.
 */
import { userInfo } from 'node:os';
import { run } from './run.mjs';
import { PlainError } from './plain-error.mjs';

const SERVER_USER = 'postgres';

async function idsOf(user) {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map((flag) => run('id', [flag, user]).catch(() => ({ code: 1, stdout: '' }))),
  );
  if (uid.code !== 0 || gid.code !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

async function makeUser() {
  const ways = [
    [
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', SERVER_USER],
    ],
    ['adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', SERVER_USER]],
  ];
  for (const [command, args] of ways) {
    const made = await run(command, args).catch(() => null);
    if (made?.code === 0) return;
  }
}

/**
 * How to start PostgreSQL's programs so that they do not run as root: `{ids, wrap(command, args)}`.
 * `paths` are what the server's user must reach.
 */
export async function serverIdentity(paths) {
  const plain = { ids: null, wrap: (command, args) => ({ command, args, options: {} }) };
  if (process.platform === 'win32' || userInfo().uid !== 0) return plain;
  if (!(await idsOf(SERVER_USER))) await makeUser();
  const ids = await idsOf(SERVER_USER);
  if (!ids) {
    throw new PlainError(
      `PostgreSQL does not run as root and no system user "${SERVER_USER}" could be made: make one (useradd --system ${SERVER_USER}), start Syncline as another user, or set DATABASE_URL.`,
    );
  }
  if (await canReach(ids, paths)) {
    return { ids, wrap: (command, args) => ({ command, args, options: { ...ids } }) };
  }
  return { ids, wrap: await wrapWithAccess(ids, paths) };
}

async function canReach(ids, paths) {
  const checks = paths.map((_, index) => `test -x "$${index}"`).join(' && ');
  const { code } = await run('/bin/sh', ['-c', checks, ...paths], { ...ids, cwd: '/' });
  return code === 0;
}

/**
 * A clone below a closed folder (root's own home is one) is out of reach for the server's user. It
 * keeps one capability then, the right to pass closed folders, which PostgreSQL does not mind.
 */
async function wrapWithAccess(ids, paths) {
  const prefix = [
    `--reuid=${ids.uid}`,
    `--regid=${ids.gid}`,
    '--clear-groups',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=+dac_override',
    // Else the question "may I?" (access), which the server asks of itself, is answered without it.
    '--securebits=+no_setuid_fixup',
    '--',
  ];
  const probe = await run('setpriv', [...prefix, 'test', '-x', paths[0]], { cwd: '/' }).catch(
    () => null,
  );
  if (probe?.code !== 0) {
    throw new PlainError(
      `The system user "${SERVER_USER}", which PostgreSQL runs as because you are root, cannot reach ${paths[0]}: put the clone where every user can enter its folders, start Syncline as another user, or set DATABASE_URL.`,
    );
  }
  return (command, args) => ({
    command: 'setpriv',
    args: [...prefix, command, ...args],
    options: {},
  });
}
