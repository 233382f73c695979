import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { Dice } from '../support/dice';
import { Installation } from '../support/installation';
import { until } from '../support/until';
import { faultsOf, summary } from './judge';
import { Load, show } from './load';

/** PostgreSQL on a disk that fills up under load, and has room again later. */

jest.setTimeout(240_000);

/** Room for a fresh server and what the load brings. */
const DISK = '224m';
/** Of 16 MB each. */
const LOG_FILES = 3;
const FULL_FOR_MS = process.env['OUTAGES'] === 'long' ? 60_000 : 10_000;

const dice = Dice.fromEnvironment();
const print = (text: string) => process.stderr.write(text);

(canMount() ? test : test.skip)(
  'a full disk under PostgreSQL: every request is refused in time and told why, and all goes on once there is room',
  async () => {
    const installation = await Installation.create();
    const disk = path.join(installation.home, 'postgres');
    mkdirSync(disk);
    mount(disk, DISK);
    try {
      await installation.start();
      const load = await Load.connect(installation, dice);
      await load.syncCarriedOut(60_000);
      const ballast = path.join(disk, 'ballast');
      await layLogAhead(installation.databaseUrl);
      load.start();
      fill(ballast);
      const from = load.answers.length;
      await until('requests to be refused', 60_000, async () =>
        load.answers.slice(from).some(({ status }) => status === 503) ? true : null,
      );
      await new Promise((resolve) => setTimeout(resolve, FULL_FOR_MS));
      rmSync(ballast);
      const roomAt = Date.now();
      await load.stop();
      const answers = load.answers.slice(from);
      print(summary(`outages: disk full for ${FULL_FOR_MS} ms`, answers));
      await until('/readyz to say ok', 90_000, async () => {
        const ready = await fetch(`${installation.url}/readyz`).catch(() => null);
        return ready?.ok === true ? true : null;
      });
      print(`outages: room again, ready after ${Date.now() - roomAt} ms\n`);
      expect(faultsOf(answers, false)).toEqual([]);
      expect(answers.map(show).join()).toMatch(/The database has no room left: /);
      await load.settle();
      expect(await load.differences()).toEqual([]);
    } finally {
      await installation.stop();
      unmount(disk);
      await installation.remove();
    }
  },
);

/**
 * Has the server keep files for what it will log next. Where the log needs a new one and there is no room, the server
 * stops at once and never says that it has none: which of the two comes first would be a matter of chance.
 */
async function layLogAhead(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (let file = 0; file < LOG_FILES; file += 1) {
      await client.query('SELECT pg_logical_emit_message(false, $1, $1)', ['next']);
      await client.query('SELECT pg_switch_wal()');
    }
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

function canMount(): boolean {
  const at = mkdtempSync(path.join(tmpdir(), 'syncline-mount-'));
  const isMounted = process.platform === 'linux' && run('mount', mountArgs(at, '1m'));
  if (isMounted) unmount(at);
  rmSync(at, { recursive: true, force: true });
  const notes = process.env['TEST_SKIP_NOTES'];
  if (!isMounted && notes !== undefined) {
    appendFileSync(
      notes,
      'A full disk: no file system may be mounted here (Linux and root are needed).\n',
    );
  }
  return isMounted;
}

function mountArgs(at: string, size: string): string[] {
  return ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', at];
}

function mount(at: string, size: string): void {
  if (!run('mount', mountArgs(at, size))) throw new Error(`Cannot mount at ${at}`);
}

function unmount(at: string): void {
  if (!run('umount', [at])) run('umount', ['--lazy', at]);
}

function run(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Writes until there is no room. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (const size of [1024 * 1024, 4096]) {
      const block = Buffer.alloc(size);
      try {
        for (;;) writeSync(descriptor, block);
      } catch {
        // No room for a block of this size.
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
