import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from '../scripts/installation';
import { ROOT } from '../scripts/support';
import { createTestDatabase } from '../support/database';
import { TcpProxy } from '../support/tcp-proxy';
import { until } from '../support/until';

/** A started API, as the build left it. */

jest.setTimeout(60_000);

test('listens once its first query is through: what that loads takes seconds on a busy machine, in nobody’s request', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'syncline-first-'));
  const database = await createTestDatabase();
  const url = new URL(database.url);
  const network = await TcpProxy.to(url.host);
  url.host = network.address;
  const { PORT } = await freePorts();
  const api = spawn(process.execPath, ['dist/api/main.js'], {
    cwd: ROOT,
    stdio: 'ignore',
    env: {
      ...process.env,
      NODE_ENV: '',
      PORT,
      SYNCLINE_HOME: home,
      DATABASE_URL: url.href,
      TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS'] ?? '',
    },
  });
  const ended = new Promise((resolve) => api.once('exit', resolve));
  try {
    await until('the API to listen', 30_000, async () => {
      const answer = await fetch(`http://127.0.0.1:${PORT}/healthz`).catch(() => null);
      return answer?.ok === true ? true : null;
    });
    expect(network.accepted).toBeGreaterThan(0);
  } finally {
    api.kill('SIGKILL');
    await ended;
    await network.close();
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  }
});
