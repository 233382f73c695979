/** A Chromium for the tests of the pages, without anything installed by hand. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from './paths.mjs';
import { PlainError } from './plain-error.mjs';
import { run } from './run.mjs';
import { step } from './say.mjs';

const ON_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const ON_A_MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/**
 * How the tests of the pages launch a browser, for their environment: TEST_BROWSER (JSON), or TEST_NO_BROWSER, the
 * reason why there is none. Those tests fail with it then; all others need no browser and run.
 */
export async function browserForTests() {
  try {
    const found = await step('Finding a browser', async (remark) => {
      const browser = await findBrowser();
      remark(browser.source);
      return browser;
    });
    return { TEST_BROWSER: JSON.stringify(found) };
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    return { TEST_NO_BROWSER: error.message };
  }
}

/**
 * `{executablePath, env, args, source}` of a Chromium that starts, in this order: CHROMIUM_PATH, Playwright's own, the
 * system's, the one packed in a development dependency (Linux x64). Throws `PlainError` that says what a person can do.
 */
async function findBrowser() {
  const { chromium } = await import('@playwright/test');
  const asked = process.env.CHROMIUM_PATH;
  if (asked) {
    const named = browser(asked, 'CHROMIUM_PATH');
    if (await starts(chromium, named)) return named;
    throw new PlainError('CHROMIUM_PATH names no Chromium that starts here.');
  }
  for (const [path, source] of [
    [chromium.executablePath(), "Playwright's own"],
    ...onThisSystem().map((place) => [place, "the system's"]),
  ]) {
    const candidate = browser(path, source);
    if (existsSync(path) && (await starts(chromium, candidate))) return candidate;
  }
  if (process.platform === 'linux' && process.arch === 'x64') return packed();
  throw new PlainError(
    "No Chromium was found. Set CHROMIUM_PATH to one, install your distribution's package, or run npx playwright install --with-deps chromium.",
  );
}

/** Some systems have a program of that name that only says how to install the real one. */
async function starts(chromium, { executablePath, args }) {
  try {
    const running = await chromium.launch({ executablePath, args });
    await running.close();
    return true;
  } catch {
    return false;
  }
}

/** Tests run as root in containers, where Chromium's own sandbox cannot. */
function browser(executablePath, source, env = {}) {
  return { executablePath, env, args: ['--no-sandbox'], source };
}

function onThisSystem() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return [...ON_PATH.flatMap((name) => folders.map((folder) => join(folder, name))), ON_A_MAC];
}

/** The packed one brings its own shared libraries and a font; a child unpacks them, as that goes by the environment. */
async function packed() {
  const folder = join(ROOT, 'node_modules', '@sparticuz', 'chromium');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const home = join(ROOT, 'node_modules', '.cache', `chromium-${version}`);
  mkdirSync(home, { recursive: true });
  const { code, stdout, stderr } = await run(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      "import chromium from '@sparticuz/chromium'; process.stdout.write(await chromium.executablePath());",
    ],
    { cwd: ROOT, env: { ...process.env, TMPDIR: home, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' } },
  );
  if (code !== 0) throw new PlainError(`The packed Chromium could not be unpacked: ${stderr}`);
  return browser(stdout.trim(), 'packed', {
    LD_LIBRARY_PATH: join(home, 'al2023', 'lib'),
    FONTCONFIG_FILE: fontsOf(home),
  });
}

/** Its own list of fonts looks for them where they are only in the place it was made for. */
function fontsOf(home) {
  const file = join(home, 'fonts.conf');
  const [fonts, cache] = [join(home, 'fonts'), join(home, 'fonts-cache')];
  writeFileSync(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${fonts}</dir><cachedir>${cache}</cachedir></fontconfig>
`,
  );
  return file;
}
