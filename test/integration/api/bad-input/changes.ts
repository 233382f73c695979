import { type Expected, HALF, invalid, missing, NUL, row, type Row } from './row';

/** Bodies of the routes that change a company or a sync config, and bodies where none is taken. */
export function changes(): Row[] {
  const company = (what: string, body: object, expected: Expected) =>
    row(what, ['PUT', (ground) => `/core/companies/${ground.company}`], expected, {
      body: () => body,
    });
  const entry = (what: string, change: object) =>
    row(what, ['PUT', '/core/syncs/config?category=ACCOUNTING'], invalid('sync_config'), {
      body: () => ({ sync_config: [{ data_model: 'INVOICES', ...change }] }),
    });
  const own = (what: string, body: object, expected: Expected) =>
    row(what, ['PUT', (ground) => `/core/connections/${ground.connection}/sync_config`], expected, {
      body: () => body,
    });
  return [
    company('a name that is a list', { name: ['x'] }, invalid('name')),
    company('a blank name', { name: ' \t ' }, invalid('name')),
    company('a name with NUL', { name: NUL }, invalid('name')),
    company('a partner id with half a character', { partner_id: HALF }, invalid('partner_id')),
    company('a partner id that is a number', { partner_id: 5 }, invalid('partner_id')),
    company(
      'a good name beside a bad config',
      { name: 'Half done', sync_config: { data_model: 'X' } },
      invalid('sync_config.data_model'),
    ),
    company(
      'a good name beside a model the platform lacks',
      { name: 'Half done', sync_config: { data_model: 'CRM_DEALS' } },
      invalid('sync_config'),
    ),
    company('an id to change', { rootfi_id: 5 }, invalid('rootfi_id')),
    entry('an unknown model', { data_model: 'TOASTS' }),
    entry('a model of another category', { data_model: 'CRM_DEALS' }),
    entry('enabled as text', { enabled: 'yes' }),
    entry('an unknown frequency', { frequency: 'SECONDLY' }),
    entry('interval 0', { frequency: 'DAILY', interval: 0 }),
    entry('interval 2^53', { frequency: 'DAILY', interval: 2 ** 53 }),
    entry('a cron line of six fields', { cron: '* * * * * *' }),
    entry('a cron line that never comes', { cron: '0 0 31 2 *' }),
    entry('a cron line that is none', { cron: 'a b c d e' }),
    entry('an unknown zone', { cron: '0 6 * * *', timezone: 'Mars/Olympus' }),
    entry('priority 10', { priority: 10 }),
    entry('31 February', { sync_from: '2025-02-31' }),
    entry('year 0', { sync_from: '0000-06-01' }),
    entry('a future start', { sync_from: '9999-01-01' }),
    entry('NUL in a custom field', { custom_fields: [NUL] }),
    entry('a cron line with NUL', { cron: `0 6 * * ${NUL}` }),
    row('no list', ['PUT', '/core/syncs/config?category=ACCOUNTING'], missing('sync_config'), {
      body: () => ({}),
    }),
    row(
      'a model twice',
      ['PUT', '/core/syncs/config?category=ACCOUNTING'],
      invalid('sync_config'),
      {
        body: () => ({ sync_config: [{ data_model: 'INVOICES' }, { data_model: 'INVOICES' }] }),
      },
    ),
    own('no list', {}, missing('sync_config')),
    own(
      'a model the platform lacks',
      { sync_config: [{ data_model: 'CRM_DEALS' }] },
      invalid('sync_config'),
    ),
    own('an entry that is null', { sync_config: [null] }, invalid('sync_config')),
    row(
      'no credentials',
      ['POST', ({ connection }) => `/core/connections/${connection}/reconnect`],
      missing('credentials'),
      { body: () => ({}) },
    ),
    row(
      'another account',
      ['POST', ({ connection }) => `/core/connections/${connection}/reconnect`],
      [409, 'different-account', 'credentials'],
      { body: () => ({ credentials: { tenant_id: 'elsewhere' } }) },
    ),
    row(
      'refused credentials',
      ['POST', ({ connection }) => `/core/connections/${connection}/reconnect`],
      [400, 'platform-denied', 'credentials'],
      { body: () => ({ credentials: { tenant_id: 'nobody' } }) },
    ),
    ...['pause', 'resume', 'refresh', 'disconnect'].map((act) =>
      row(
        'a body where none is taken',
        ['POST', ({ connection }) => `/core/connections/${connection}/${act}`],
        invalid('force'),
        { body: () => ({ force: true }) },
      ),
    ),
    row(
      'a body where none is taken',
      ['DELETE', ({ company: id }) => `/core/companies/${id}`],
      invalid('x'),
      { body: () => ({ x: 1 }) },
    ),
    row(
      'a body where none is taken',
      ['DELETE', ({ connection }) => `/core/connections/${connection}`],
      invalid('x'),
      { body: () => ({ x: 1 }) },
    ),
  ];
}
