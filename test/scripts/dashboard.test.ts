import { withLib } from './support';

/** What `npm start` tells of the dashboard, and for whom it opens it. */

interface Settings {
  publicUrl: string;
  localSignIn: boolean;
  temporalUiUrl: string | null;
}

const settings = (env: Record<string, string>) =>
  withLib<Settings>('settings.mjs', `return lib.readSettings(${JSON.stringify(env)});`);

describe('the dashboard at the console', () => {
  it('is at localhost, with one click to sign in, where all is ours and nobody else reaches it', async () => {
    expect(await settings({ PORT: '3001', TEMPORAL_UI_PORT: '8001' })).toMatchObject({
      publicUrl: 'http://localhost:3001',
      localSignIn: true,
      temporalUiUrl: 'http://127.0.0.1:8001',
    });
  });

  it.each([
    ['a database of others', { DATABASE_URL: 'postgresql://a@b/c' }],
    ['production', { NODE_ENV: 'production', SYNCLINE_ENCRYPTION_KEY: 'x'.repeat(16) }],
    ['an address that others reach', { HOST: '0.0.0.0' }],
    ['an address in the network', { HOST: '192.168.1.5' }],
    ['a public address', { SYNCLINE_PUBLIC_URL: 'https://sync.example.com' }],
    ['an operator who says no', { SYNCLINE_LOCAL_SIGN_IN: 'false' }],
  ])('asks for the password with %s', async (_what, env) => {
    expect((await settings(env)).localSignIn).toBe(false);
  });

  it('is where the operator says, or where it listens', async () => {
    expect((await settings({ SYNCLINE_PUBLIC_URL: 'https://sync.example.com/' })).publicUrl).toBe(
      'https://sync.example.com',
    );
    expect((await settings({ HOST: '192.168.1.5' })).publicUrl).toBe('http://192.168.1.5:3000');
    expect((await settings({ HOST: '0.0.0.0' })).publicUrl).toBe('http://localhost:3000');
    expect((await settings({ TEMPORAL_ADDRESS: 'temporal:7233' })).temporalUiUrl).toBeNull();
  });

  it('opens for a person at a screen of this machine, and for nobody else', async () => {
    const screen = { DISPLAY: ':0' };
    const cases: [Record<string, string>, object][] = [
      [screen, { isTerminal: true, platform: 'linux' }],
      [{ WAYLAND_DISPLAY: 'w' }, { isTerminal: true, platform: 'linux' }],
      [{}, { isTerminal: true, platform: 'darwin' }],
      [{}, { isTerminal: true, platform: 'win32' }],
      [screen, { isTerminal: false, platform: 'linux' }],
      [{}, { isTerminal: true, platform: 'linux' }],
      [
        { ...screen, CI: 'true' },
        { isTerminal: true, platform: 'linux' },
      ],
      [
        { ...screen, SYNCLINE_OPEN: '0' },
        { isTerminal: true, platform: 'linux' },
      ],
      [
        { ...screen, SSH_CONNECTION: 'x' },
        { isTerminal: true, platform: 'linux' },
      ],
    ];
    const opens = await withLib<boolean[]>(
      'open-dashboard.mjs',
      `return ${JSON.stringify(cases)}.map(([env, at]) => lib.mayOpen(env, at));`,
    );
    expect(opens).toEqual([true, true, true, true, false, false, false, false, false]);
  });
});
