/** A Chromium for the tests of the pages, without anything installed by hand. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from './paths.mjs';
import { PlainError } from './plain-error.mjs';
import { run } from './run.mjs';

const ON_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const ON_A_MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/**
 * `{executablePath, env, args, source}` to launch a Chromium with, in this order: CHROMIUM_PATH, Playwright's own, the
 * system's, the one packed in a development dependency (Linux x64). Throws `PlainError` that says what a person can do.
 */
export async function findBrowser() {
  const asked = process.env.CHROMIUM_PATH;
  if (asked) return browser(asked, 'CHROMIUM_PATH');
  const { chromium } = await import('@playwright/test');
  const own = chromium.executablePath();
  if (own && existsSync(own)) return browser(own, "Playwright's own");
  const system = onThisSystem();
  if (system) return browser(system, "the system's");
  if (process.platform === 'linux' && process.arch === 'x64') return packed();
  throw new PlainError(
    "No Chromium was found. Set CHROMIUM_PATH to one, install your distribution's package, or run npx playwright install --with-deps chromium.",
  );
}

/** Tests run as root in containers, where Chromium's own sandbox cannot. */
function browser(executablePath, source, env = {}) {
  return { executablePath, env, args: ['--no-sandbox'], source };
}

function onThisSystem() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const places = ON_PATH.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...places, ON_A_MAC].find((place) => existsSync(place));
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
