import { absent, type Expected, invalid, missing, NUL, row, type Row } from './row';

/** Bad requests of the routes of sessions, users, keys, and the system page. */
export function people(): Row[] {
  return [...sessions(), ...users(), ...apiKeys(), ...others()];
}

const DENIED: Expected = [403, 'operation-denied', ''];
const by = 'admin';

function sessions(): Row[] {
  const signIn = (what: string, body: object, expected: Expected) =>
    row(what, ['POST', '/core/session'], expected, { body: () => body });
  const password = (what: string, body: object, expected: Expected) =>
    row(what, ['PUT', '/core/session/password'], expected, { body: () => body, by });
  return [
    signIn('no password', { email: 'a@b' }, missing('password')),
    signIn('no e-mail address', { password: 'x' }, missing('email')),
    signIn('an e-mail address without @', { email: 'a', password: 'x' }, invalid('email')),
    signIn(
      'an endless e-mail address',
      { email: `a@${'b'.repeat(300)}`, password: 'x' },
      invalid('email'),
    ),
    signIn('an endless password', { email: 'a@b', password: 'x'.repeat(201) }, invalid('password')),
    signIn('a password as a list', { email: 'a@b', password: ['x'] }, invalid('password')),
    signIn('NUL', { email: `a${NUL}@b`, password: 'x' }, invalid('email')),
    signIn('nobody', { email: 'nobody@nowhere', password: 'x' }, [401, 'unauthorized', '']),
    row('no installation of one person', ['POST', '/core/session/local'], DENIED),
    row('a filter', ['GET', '/core/session?user=1'], invalid('user')),
    row('a key', ['DELETE', '/core/session'], DENIED),
    row('a wrong token', ['DELETE', '/core/session'], [403, 'operation-denied', 'x-csrf-token'], {
      headers: { 'x-csrf-token': 'x' },
      by,
    }),
    row('a session that is none', ['GET', '/core/companies'], [401, 'unauthorized', ''], {
      headers: { cookie: 'syncline_session=x' },
      by,
    }),
    password('no new password', { current_password: 'x' }, missing('new_password')),
    password(
      'a short one',
      { current_password: 'x', new_password: 'short' },
      invalid('new_password'),
    ),
    password(
      'a wrong one',
      { current_password: 'x', new_password: 'a good new one' },
      invalid('current_password'),
    ),
  ];
}

function users(): Row[] {
  const add = (what: string, body: object, expected: Expected) =>
    row(what, ['POST', '/core/users'], expected, { body: () => body, by });
  const change = (what: string, body: object, expected: Expected) =>
    row(what, ['PUT', ({ user }) => `/core/users/${user}`], expected, { body: () => body, by });
  const good = { email: 'new@example.com', role: 'member' };
  return [
    row('a key', ['GET', '/core/users'], DENIED),
    add('no role', { email: 'new@example.com' }, missing('role')),
    add('an unknown role', { ...good, role: 'owner' }, invalid('role')),
    add('a blank name', { ...good, name: ' ' }, invalid('name')),
    add('a short password', { ...good, password: 'eleven char' }, invalid('password')),
    add('an organisation', { ...good, organisation_id: 1 }, invalid('organisation_id')),
    change('an e-mail address', { email: 'other@example.com' }, invalid('email')),
    change('the last admin lowered', { role: 'member' }, [409, 'conflict', 'role']),
    row(
      'the last admin removed',
      ['DELETE', ({ user }) => `/core/users/${user}`],
      [409, 'conflict', 'role'],
      { by },
    ),
    row('nobody', ['PUT', '/core/users/999999'], absent('user_id'), {
      body: () => ({ name: 'X' }),
      by,
    }),
    row('no id', ['DELETE', '/core/users/me'], absent('user_id'), { by }),
  ];
}

function apiKeys(): Row[] {
  const make = (what: string, body: object, expected: Expected) =>
    row(what, ['POST', '/core/api_keys'], expected, { body: () => body, by });
  return [
    row('a key', ['GET', '/core/api_keys'], DENIED),
    make('no name', {}, missing('name')),
    make('a blank name', { name: ' ' }, invalid('name')),
    make('a key of its own', { name: 'x', key: 'sl_mine' }, invalid('key')),
    row('no such key', ['DELETE', '/core/api_keys/999999'], absent('api_key_id'), { by }),
  ];
}

function others(): Row[] {
  return [row('a filter', ['GET', '/core/system?since=now'], invalid('since'))];
}
