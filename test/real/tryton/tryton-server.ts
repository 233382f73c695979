import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { DataModel } from '../../../core/unified/models';
import { freePort } from '../../support/free-port';
import type { TrytonInstallation } from './python';

export const DATABASE = 'demo';
export const USERNAME = 'admin';
export const PASSWORD = 'syncline-test-password';

/** A Tryton server of its own, and a person who works with it through Tryton's own client library. */
export interface TrytonServer {
  readonly url: string;
  /** Has the person do something; see the functions of `driver.py`. */
  ask<T>(command: { do: string } & Record<string, unknown>): Promise<T>;
  /** Every record of a data model by id, in unified names, as Tryton says. */
  dump(model: DataModel): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

async function untilAnswering(url: string, child: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + 180_000;
  for (;;) {
    const answers = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answers) return;
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`trytond does not answer: ${(await readFile(log, 'utf8')).slice(-2_000)}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await ended;
  clearTimeout(timer);
}

/** Starts `trytond` over a copy of the template, on a free port. */
export async function startTryton({ bin, template }: TrytonInstallation): Promise<TrytonServer> {
  const home = await mkdtemp(join(tmpdir(), 'syncline-tryton-'));
  const database = join(home, `${DATABASE}.sqlite`);
  await copyFile(template, database);
  const port = await freePort();
  const configuration = join(home, 'trytond.conf');
  await writeFile(
    configuration,
    `[database]\nuri = sqlite://\npath = ${home}\n[web]\nlisten = 127.0.0.1:${port}\n`,
  );
  const log = join(home, 'trytond.log');
  const shell = `exec "$0" -c "$1" -d ${DATABASE} > "$2" 2>&1`;
  const server = spawn('sh', ['-c', shell, join(bin, 'trytond'), configuration, log], {
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilAnswering(url, server, log);
    const person = await startPerson(bin, [`${url}/${DATABASE}/rpc/`, database]);
    return {
      url,
      ask: person.ask,
      dump: (model) => person.ask({ do: 'dump', model }),
      stop: async () => {
        await end(person.process);
        await end(server);
        await rm(home, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await end(server);
    throw error;
  }
}

interface Person {
  readonly process: ChildProcess;
  readonly ask: TrytonServer['ask'];
}

async function startPerson(bin: string, [url, database]: [string, string]): Promise<Person> {
  const args = [join(__dirname, 'driver.py'), url, USERNAME, PASSWORD, database];
  const child = spawn(join(bin, 'python'), args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints = `${complaints}${chunk}`.slice(-4_000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the Tryton client has ended: ${complaints}`);
    const answer = JSON.parse(line.value);
    if ('error' in answer) throw new Error(String(answer.error));
    return answer.ok;
  };
  await next();
  // One command at a time: answers come in the order of the commands.
  let last: Promise<unknown> = Promise.resolve();
  return {
    process: child,
    ask: <T>(command: object): Promise<T> => {
      const answer = last.then(() => {
        child.stdin.write(`${JSON.stringify(command)}\n`);
        return next<T>();
      });
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}
