import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { inTempDir, ROOT, withLib } from './support';

const lib = (name: string) => JSON.stringify(path.join(ROOT, 'scripts', 'lib', name));

/** A process of the test's own that does nothing until it is ended. */
async function withIdleProcess<T>(use: (pid: number) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], {
    detached: true,
    stdio: 'ignore',
  });
  try {
    return await use(child.pid ?? 0);
  } finally {
    child.kill('SIGKILL');
  }
}

const isAlive = (pid: number) =>
  withLib<boolean>('identity.mjs', `return lib.inspectProcess(${pid}) !== null;`);

test('tells in one sentence which Node is needed', async () => {
  const check = (version: string) =>
    withLib<{ thrown?: string }>(
      'node-version.mjs',
      `lib.checkNodeVersion('${version}'); return {};`,
    );
  expect(await check('18.20.4')).toEqual({
    thrown: expect.stringMatching(
      /^Syncline needs Node\.js 20\.19 or newer, and this is 18\.20\.4/,
    ),
  });
  expect((await check('20.18.3')).thrown).toBeDefined();
  expect(await check('20.19.0')).toEqual({});
  expect(await check('24.1.0')).toEqual({});
});

test('names a port that is in use, and who holds it', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const answer = await withLib<unknown>(
      'ports.mjs',
      `return [await lib.whyPortTaken(${port}), await lib.describePortHolder(${port})];`,
    );
    expect(answer).toEqual(['in use', expect.stringContaining(`process ${process.pid}: `)]);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  expect(await withLib('ports.mjs', `return lib.whyPortTaken(${port});`)).toBeNull();
});

test('a lock is held by one live process, and void once that has ended', () =>
  inTempDir(async (dir) => {
    const file = JSON.stringify(path.join(dir, 'run', 'a.lock'));
    // Each call of withLib is a process of its own that ends with its answer.
    expect(await withLib('lock.mjs', `return lib.tryLock(${file});`)).toBe(true);
    expect(await withLib('lock.mjs', `return lib.tryLock(${file});`)).toBe(true);
    await withIdleProcess(async (pid) => {
      const record = await withLib<object>('identity.mjs', `return lib.inspectProcess(${pid});`);
      writeFileSync(path.join(dir, 'run', 'a.lock'), JSON.stringify(record));
      expect(await withLib('lock.mjs', `return lib.tryLock(${file});`)).toBe(false);
      const reused = JSON.stringify({ ...record, startedAt: 'another time' });
      writeFileSync(path.join(dir, 'run', 'a.lock'), reused);
      expect(await withLib('lock.mjs', `return lib.tryLock(${file});`)).toBe(true);
    });
  }));

test('of twenty that want a void lock at once, one gets it', () =>
  inTempDir(async (dir) => {
    const file = path.join(dir, 'a.lock');
    writeFileSync(file, '{"pid": 1, "startedAt": "long ago"}');
    const racer = `
      const { tryLock } = await import(${lib('lock.mjs')});
      const got = tryLock(${JSON.stringify(file)});
      process.stdout.write(got ? 'x' : '.');
      process.stdin.resume().on('end', () => process.exit(0));`;
    const racers = Array.from({ length: 20 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', racer]),
    );
    let output = '';
    await Promise.all(
      racers.map(
        (child) =>
          new Promise((resolve) => {
            child.stdout.on('data', (text) => {
              output += String(text);
              // Nobody ends, and so makes its lock void, before all have tried.
              if (output.length === racers.length) for (const each of racers) each.stdin.end();
            });
            child.on('close', resolve);
          }),
      ),
    );
    expect(output).toHaveLength(20);
    expect(output.replaceAll('.', '')).toBe('x');
  }));

test('ends what an earlier start left running, and never a process that only has its pid', () =>
  inTempDir(async (home) => {
    mkdirSync(path.join(home, 'run'));
    const note = (name: string, record: object) =>
      writeFileSync(path.join(home, 'run', `${name}.json`), JSON.stringify(record));
    await withIdleProcess((ours) =>
      withIdleProcess(async (strangers) => {
        const describe = (pid: number) =>
          withLib<object>('identity.mjs', `return lib.inspectProcess(${pid});`);
        note('worker', { ...(await describe(ours)), stopSignal: 'SIGTERM' });
        note('api', { ...(await describe(strangers)), startedAt: 'another time' });
        note('postgres', { ...(await describe(strangers)), command: 'postgres -D somewhere' });
        const ended = await withLib(
          'run-dir.mjs',
          `return lib.endLeftovers(${JSON.stringify(home)});`,
        );
        expect(ended).toEqual(['worker']);
        expect(await isAlive(ours)).toBe(false);
        expect(await isAlive(strangers)).toBe(true);
      }),
    );
  }));

/** Drives one Part, which serves once its program has written the file `up`; answers what was told. */
async function drivePart(home: string, program: string, drive: string): Promise<string> {
  return withLib<string>(
    'part.mjs',
    `
    const { existsSync } = await import('node:fs');
    let told = '';
    process.stdout.write = (text) => { told += text; return true; };
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const part = new lib.Part({
      name: 'toy', title: 'The toy', home: ${JSON.stringify(home)},
      prepare: () => ({ command: process.execPath, args: ['-e', ${JSON.stringify(program)}], options: {} }),
      ready: async ({ signal }) => {
        while (!signal.aborted && !existsSync(${JSON.stringify(path.join(home, 'up'))})) await wait(20);
      },
    });
    ${drive}
    delete process.stdout.write;
    return told;`,
  );
}

test('starts a part again with growing pauses, says so, and stops it for good', () =>
  inTempDir(async (home) => {
    const starts = path.join(home, 'up');
    const program = `require('fs').appendFileSync(${JSON.stringify(starts)}, Date.now() + '\\n'); setTimeout(() => process.exit(3), 300)`;
    const told = await drivePart(
      home,
      program,
      'await part.start(); while (!told.includes("in 1 s")) await wait(50); await part.stop(1_000); await wait(1_500);',
    );
    expect(told).toMatch(
      /The toy ended \(code 3\); starting it again in 0\.5 s \(log: .*toy\.log\)/,
    );
    expect(told).toMatch(/The toy runs again/);
    expect(told).toMatch(/starting it again in 1 s/);
    const times = readFileSync(starts, 'utf8').trim().split('\n').map(Number);
    // Stopped while it waits for its third start, which then never comes.
    expect(times).toHaveLength(2);
  }));

test('kills a part that does not stop in time, with its whole group', () =>
  inTempDir(async (home) => {
    const pidFile = path.join(home, 'up');
    const program = `
      process.on('SIGTERM', () => undefined);
      const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
      require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
      setInterval(() => 0, 1000)`;
    const told = await drivePart(home, program, 'await part.start(); await part.stop(500);');
    expect(told).toMatch(/The toy did not stop within 0\.5 s and is killed/);
    expect(await isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  }));

test('says with its last words why a part did not start', () =>
  inTempDir(async (home) => {
    const answer = await drivePart(
      home,
      'console.error(JSON.stringify({ level: 50, msg: "no such table" })); process.exit(1)',
      'const words = await part.start().catch((error) => error.message); delete process.stdout.write; return words;',
    );
    expect(answer).toMatch(/^The toy ended \(code 1\) while starting: no such table \(log: .*\)$/);
  }));
