import { createHash, randomBytes } from 'node:crypto';
import { createSendTo } from '../../connectors/engine/token-call';
import { type Given, kindOf, readAll } from './subject';

/** Connecting by a person's consent at the platform, for those that have it. */
export function describeConsent(given: Given): void {
  const { connector } = given;
  it('connects the same account by consent, with what the platform was asked for and no more', async () => {
    const { oauth } = connector.auth;
    const { consent, settings } = given.subject();
    if (oauth === undefined || consent === undefined) {
      process.stdout.write(`${connector.integrationType}: nobody consents here\n`);
      expect(oauth).toBeUndefined();
      return;
    }
    const sendTo = createSendTo(connector);
    const verifier = randomBytes(32).toString('base64url');
    const ask = {
      state: 'a state',
      redirectUri: 'https://syncline.example.com/callback',
      codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
      access: [{ dataModel: given.subject().dataModel, access: ['READ'] }],
    } as const;
    const cameBack = new URL(await consent(oauth.authorizeUrl(ask, settings)));
    expect(cameBack.searchParams.get('state')).toBe('a state');
    const grant = {
      code: cameBack.searchParams.get('code') ?? '',
      codeVerifier: verifier,
      redirectUri: ask.redirectUri,
      query: Object.fromEntries(cameBack.searchParams),
    };
    const authorised = await oauth.exchange(grant, sendTo, settings);
    const byForm = await connector.auth.authorise(given.subject().credentials, sendTo, settings);
    expect(authorised.account).toBe(byForm.account);
    given.session().secrets = JSON.parse(JSON.stringify(authorised.secrets));
    expect((await readAll(given.stream(), given.send())).records.length).toBeGreaterThan(0);
    const again = oauth.exchange(grant, sendTo, settings);
    expect((await kindOf(again)).kind).toBe('invalid-grant');
  });
}
