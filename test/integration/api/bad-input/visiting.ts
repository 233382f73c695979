import { absent, type Expected, invalid, missing, NUL, row, type Row, SANDBOX } from './row';

/** Bad requests of the connect page's routes, which need no key. */
export function visiting(): Row[] {
  return [...byForm(), ...byConsent(), ...looking()];
}

/** Nobody's link. */
const NONE = '/connect/00000000-0000-4000-8000-000000000000';

function byForm(): Row[] {
  const to = ({ link }: { link: string }) => `/connect/${link}/credentials`;
  const good = {
    integration_type: 'TRYTON',
    credentials: { base_url: 'http://127.0.0.1:9', database: 'a', username: 'b', password: 'c' },
  };
  const bad = (what: string, change: object, expected: Expected) =>
    row(what, ['POST', to], expected, { body: () => ({ ...good, ...change }) });
  return [
    row('no body', ['POST', to], missing('integration_type')),
    bad('an unknown platform', { integration_type: 'XERXES' }, invalid('integration_type')),
    bad(
      'a platform that the company has',
      { integration_type: SANDBOX },
      invalid('integration_type'),
    ),
    bad('no credentials', { credentials: undefined }, missing('credentials')),
    bad('credentials as text', { credentials: 'x' }, invalid('credentials')),
    bad(
      'no password',
      { credentials: { ...good.credentials, password: undefined } },
      missing('credentials.password'),
    ),
    bad(
      'an address that is none',
      { credentials: { ...good.credentials, base_url: 'file:///etc/passwd' } },
      invalid('credentials.base_url'),
    ),
    bad(
      'a user with NUL',
      { credentials: { ...good.credentials, username: NUL } },
      invalid('credentials.username'),
    ),
    bad('a blank name', { company_name: ' ' }, invalid('company_name')),
    bad('an unknown field', { company_id: 1 }, invalid('company_id')),
    bad('a server that is not there', {}, [503, 'platform-unavailable', '']),
    row('an unknown link', ['POST', `${NONE}/credentials`], absent('invite_link_id'), {
      body: () => good,
    }),
  ];
}

function byConsent(): Row[] {
  const to = ({ link }: { link: string }) => `/connect/${link}/oauth`;
  return [
    row('no body', ['POST', to], missing('integration_type')),
    row('a platform without consent', ['POST', to], invalid('integration_type'), {
      body: () => ({ integration_type: 'TRYTON' }),
    }),
    row('an unknown link', ['POST', `${NONE}/oauth`], absent('invite_link_id'), {
      body: () => ({ integration_type: SANDBOX }),
    }),
  ];
}

function looking(): Row[] {
  return [
    row('an unknown link', ['GET', NONE], absent('invite_link_id')),
    row('no UUID', ['GET', '/connect/error'], absent('invite_link_id')),
    row('a query', ['GET', ({ link }) => `/connect/${link}?x=1`], invalid('x')),
    row('no token', ['GET', ({ link }) => `/connect/${link}/progress`], missing('token')),
    row(
      'a token that is none',
      ['GET', ({ link }) => `/connect/${link}/progress?token=x`],
      absent('token'),
    ),
    row('a state with NUL', ['GET', '/connect/oauth/callback?state=%00'], invalid('state')),
    row('an unknown filter', ['GET', '/core/platforms?category=CRM'], invalid('category')),
  ];
}
