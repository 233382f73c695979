import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { freePorts, pidOf, type Ports, processesOf, Start } from './installation';

/** Linux tells which processes belong to a home; elsewhere these tests have no oracle. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

const NPM = ['npm', 'start', '--silent'];
const FIRST_START_MS = 240_000;
const A_START_MS = 120_000;

let home = '';
let ports: Ports;
let env: Record<string, string> = {};

beforeAll(async () => {
  home = mkdtempSync(path.join(os.tmpdir(), 'syncline-start-'));
  ports = await freePorts();
  env = {
    ...ports,
    SYNCLINE_HOME: home,
    DATABASE_URL: '',
    TEMPORAL_ADDRESS: '',
    SYNCLINE_DEMO: '',
  };
});

afterAll(() => {
  // Only after a failure is anything left.
  for (const pid of processesOf(home).keys()) process.kill(pid, 'SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const key = () => readFileSync(path.join(home, 'api-key'), 'utf8').trim();

interface List {
  readonly data: readonly { readonly rootfi_id: number }[];
}

async function api(route: string): Promise<{ status: number; body: List }> {
  const response = await fetch(`http://127.0.0.1:${ports.PORT}${route}`, {
    headers: { api_key: key() },
  });
  return { status: response.status, body: (await response.json()) as List };
}

/** The first line of the table is the dashboard, and the next one says how to sign in. */
function adminOf(output: string): { email: string; password: string } {
  const shown =
    /─\n {2}Dashboard +(\S+)\n {2}Sign in +one click .* or (\S+), password (\S+) \(shown this once\)\n/.exec(
      output,
    );
  expect(shown?.[1]).toBe(`http://localhost:${ports.PORT}`);
  return { email: shown?.[2] ?? '', password: shown?.[3] ?? '' };
}

async function signsIn(how: string, body?: object): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${ports.PORT}/v3/core/session${how}`, {
    method: 'POST',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return answer.status;
}

onLinux('npm start', () => {
  let start: Start;

  test(
    'on an empty home: everything comes up, the key is shown, and the first sync is told',
    async () => {
      start = Start.run(env, NPM);
      await start.ready();
      const readyAt = Date.now();
      expect(start.output).toContain(`http://127.0.0.1:${ports.PORT}/v3`);
      expect(start.output).toContain(`http://127.0.0.1:${ports.TEMPORAL_UI_PORT}`);
      expect(start.output).toContain(key());
      expect(await signsIn('/local')).toBe(200);
      expect(await signsIn('', adminOf(start.output))).toBe(200);
      expect(statSync(path.join(home, 'api-key')).mode & 0o777).toBe(0o600);
      await start.until(/First sync: SUCCESS, [\d,]+ records .*1,000 invoices/);
      await start.until(/curl -g -H "api_key: \$\(cat .*\)" 'http.*rootfi_company_id\[eq\]=\d+'/);
      expect(Date.now() - readyAt).toBeLessThan(20_000);
      const invoices = await api('/v3/accounting/invoices?limit=1000');
      expect(invoices.body.data.length).toBeGreaterThanOrEqual(999);
    },
    FIRST_START_MS,
  );

  test('each part has a process group of its own, and the worker says who it is', () => {
    const commands = [...processesOf(home).values()];
    expect(commands.some((command) => command.endsWith('worker.js'))).toBe(true);
    const groups = ['worker.js', 'api/main.js', 'sandbox/main.js', 'postgres -D', 'start-dev'].map(
      (part) =>
        readFileSync(`/proc/${pidOf(home, part)}/stat`, 'utf8')
          .split(') ')[1]
          ?.split(' ')[2],
    );
    expect(new Set(groups).size).toBe(groups.length);
  });

  test('a second start on the same home is refused in one sentence', async () => {
    const second = Start.run(env);
    expect(await second.exited).toBe(1);
    expect(second.output.trim()).toMatch(
      /^✗ Syncline already runs on .* \(process \d+\): stop that one/,
    );
  });

  test(
    'a part that dies is started again, whichever it is',
    async () => {
      for (const [part, title] of [
        ['worker.js', 'The worker'],
        ['api/main.js', 'The API'],
        ['start-dev', 'Temporal'],
        ['postgres -D', 'PostgreSQL'],
      ] as const) {
        process.kill(pidOf(home, part), 'SIGKILL');
        await start.until(
          new RegExp(`✗ ${title} ended \\(signal SIGKILL\\); starting it again in`),
        );
        await start.until(new RegExp(`✓ ${title} runs again`));
      }
      const deadline = Date.now() + 30_000;
      while ((await api('/readyz').catch(() => null))?.status !== 200 && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      expect((await api('/readyz')).status).toBe(200);
    },
    A_START_MS,
  );

  test(
    'after kill -9 of npm, everything stops by itself, and a start at once waits for that',
    async () => {
      process.kill(start.child.pid ?? 0, 'SIGKILL');
      start = Start.run(env);
      await start.ready();
      expect(start.output).toMatch(/an earlier start is still stopping/);
    },
    A_START_MS,
  );

  test(
    'after kill -9 of the supervisor, the next start ends what was left and keeps all data',
    async () => {
      const oldKey = key();
      const before = await api('/v3/core/companies');
      const left = pidOf(home, 'worker.js');
      process.kill(start.child.pid ?? 0, 'SIGKILL');
      await start.exited;
      start = Start.run(env, NPM);
      await start.ready();
      expect(start.output).toMatch(
        /Ended what an earlier start had left running: .*postgres.*worker/,
      );
      expect(processesOf(home).has(left)).toBe(false);
      expect(key()).toBe(oldKey);
      expect((await api('/v3/core/companies')).body.data).toEqual(before.body.data);
    },
    A_START_MS,
  );

  test(
    'after kill -9 of everything it starts again, and two signals to npm stop it once, before npm ends',
    async () => {
      for (const pid of processesOf(home).keys()) process.kill(pid, 'SIGKILL');
      await start.exited;
      start = Start.run(env, NPM);
      await start.ready();
      const stopped = start.stop('SIGINT');
      setTimeout(() => start.child.kill('SIGTERM'), 300);
      expect(await stopped).toBeLessThan(45_000);
      expect(start.output).toMatch(/Stopped, after/);
      expect(start.output).not.toMatch(/Stopping at once|is killed/);
      expect([...processesOf(home).values()]).toEqual([]);
    },
    A_START_MS,
  );
});

onLinux('npm start refuses in one sentence, with code 1', () => {
  async function refusal(changes: Record<string, string>): Promise<string> {
    const start = Start.run({ ...env, SYNCLINE_HOME: path.join(home, 'refused'), ...changes });
    expect(await start.exited).toBe(1);
    expect(start.output).not.toMatch(/^\s+at /m);
    const lines = start.output.trim().split('\n');
    return lines
      .filter((line) => line.startsWith('✗ ') && !/, after [\d.]+ s$/.test(line))
      .join('\n');
  }

  const admin = () => process.env['TEST_DATABASE_URL'] ?? '';
  const withDatabase = (name: string) =>
    Object.assign(new URL(admin()), { pathname: `/${name}` }).href;

  test('a port in use, with its holder', async () => {
    const port = process.env['TEST_TEMPORAL_ADDRESS']?.split(':')[1] ?? '';
    expect(await refusal({ POSTGRES_PORT: port })).toMatch(
      new RegExp(`^✗ Port ${port} \\(POSTGRES_PORT\\) is in use by process \\d+: .*temporal`),
    );
  });

  test.each([
    ['something that is no port', { PORT: 'http' }, /^✗ PORT must be a port number/],
    [
      'one port twice',
      { PORT: '4444', SANDBOX_PORT: '4444' },
      /^✗ PORT and SANDBOX_PORT are both 4444/,
    ],
    [
      'production without its key',
      { NODE_ENV: 'production', SYNCLINE_ENCRYPTION_KEY: '' },
      /^✗ SYNCLINE_ENCRYPTION_KEY must be set/,
    ],
    [
      'a Temporal server that is not there',
      { TEMPORAL_ADDRESS: '127.0.0.1:1' },
      /^✗ No Temporal server answers at 127\.0\.0\.1:1 \(ECONNREFUSED\)/,
    ],
  ])(
    '%s',
    async (_, changes, sentence) => {
      expect(await refusal(changes)).toMatch(sentence);
    },
    A_START_MS,
  );

  test(
    'something else than Temporal at TEMPORAL_ADDRESS',
    async () => {
      const address = new URL(admin()).host;
      expect(await refusal({ TEMPORAL_ADDRESS: address })).toMatch(
        /^✗ No Temporal server answers at /,
      );
    },
    A_START_MS,
  );

  test(
    'a namespace that is not there',
    async () => {
      const changes = {
        TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS'] ?? '',
        TEMPORAL_NAMESPACE: 'absent',
      };
      expect(await refusal(changes)).toMatch(/has no namespace "absent"/);
    },
    A_START_MS,
  );

  test(
    'a DATABASE_URL with a wrong password, and one where nothing answers',
    async () => {
      const address = { TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS'] ?? '' };
      const wrong = Object.assign(new URL(admin()), { password: 'wrong' }).href;
      expect(await refusal({ ...address, DATABASE_URL: wrong })).toMatch(
        /^✗ The user or password in DATABASE_URL is refused/,
      );
      const nowhere = Object.assign(new URL(admin()), { port: '1' }).href;
      expect(await refusal({ ...address, DATABASE_URL: nowhere })).toMatch(
        /^✗ Nothing answers for the database/,
      );
    },
    A_START_MS,
  );

  test(
    'a database newer than the code',
    async () => {
      const name = `newer_${process.pid}`;
      const client = new Client({ connectionString: admin() });
      await client.connect();
      await client.query(`CREATE DATABASE ${name} TEMPLATE syncline_template`);
      const inside = new Client({ connectionString: withDatabase(name) });
      await inside.connect();
      await inside.query(
        `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
       VALUES ('x', 'x', '29990101000000_later', now())`,
      );
      await inside.end();
      try {
        const changes = {
          TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS'] ?? '',
          DATABASE_URL: withDatabase(name),
        };
        expect(await refusal(changes)).toMatch(
          /^✗ The database is newer than this code: it has the migration 29990101000000_later/,
        );
      } finally {
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
        await client.end();
      }
    },
    A_START_MS,
  );
});
