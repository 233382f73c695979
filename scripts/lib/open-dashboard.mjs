/** Opens the dashboard in the browser of the person at the terminal. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiClient } from './demo-clients.mjs';
import { COMPANY } from './demo-company.mjs';
import { apiUrl } from './settings.mjs';

/** The demo makes its company within seconds; without it the list of companies is a good place, too. */
const WAIT_FOR_DEMO_MS = 10_000;

/** Whether somebody sits here who would see it: at a terminal of this machine, and not asked to be left alone. */
export function mayOpen(
  env = process.env,
  { isTerminal = process.stdout.isTTY, platform = process.platform } = {},
) {
  if (!isTerminal || env.CI || ['0', 'false'].includes(env.SYNCLINE_OPEN)) return false;
  if (env.SSH_CONNECTION || env.SSH_TTY) return false;
  // Without a screen, xdg-open would start a browser inside the terminal.
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** The program that opens an address in a person's browser, by platform. */
export function openerOf(url, platform = process.platform) {
  if (platform === 'darwin') return ['open', [url]];
  if (platform === 'win32') return ['cmd', ['/c', 'start', '""', url]];
  return ['xdg-open', [url]];
}

/** Opens the dashboard, on the demo company where there is one. Never throws: it is a courtesy. */
export async function openDashboard({ settings, hasDemo }) {
  if (!mayOpen()) return;
  try {
    const id = hasDemo ? await demoCompanyId(settings) : null;
    const [command, args] = openerOf(
      id === null ? settings.publicUrl : `${settings.publicUrl}/companies/${id}`,
    );
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    child.on('error', () => undefined);
    child.unref();
  } catch {
    // The address stands in the table.
  }
}

async function demoCompanyId(settings) {
  const api = apiClient({ home: settings.home, apiUrl: apiUrl(settings) });
  const until = Date.now() + WAIT_FOR_DEMO_MS;
  while (Date.now() < until) {
    const answer = await api.get('/v3/core/companies?limit=100').catch(() => null);
    const demo = answer?.data.find(({ name }) => name === COMPANY);
    if (demo) return demo.rootfi_id;
    await sleep(300);
  }
  return null;
}
