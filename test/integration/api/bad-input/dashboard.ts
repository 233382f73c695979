import { absent, cursorOf, invalid, missing, row, type Row } from './row';

/** What only the dashboard asks for. */
export function dashboard(): Row[] {
  const companies = (query: string, field: string) =>
    row('a bad query', ['GET', `/core/dashboard/companies?${query}`], invalid(field));
  const runs = (query: string, field: string) =>
    row(
      'a bad query',
      ['GET', ({ connection }) => `/core/connections/${connection}/runs?${query}`],
      invalid(field),
    );
  const held = (query: string, field: string) =>
    row(
      'a bad query',
      [
        'GET',
        ({ connection }) =>
          `/core/connections/${connection}/models/INVOICES/held_deletions?${query}`,
      ],
      invalid(field),
    );
  const quarantine = (query: string, field: string) =>
    row(
      'a bad query',
      ['GET', ({ connection }) => `/core/connections/${connection}/quarantine?${query}`],
      invalid(field),
    );
  const preview = (what: string, body: object, field: string) =>
    row(what, ['POST', '/core/schedule/preview'], invalid(field), { body: () => body });
  const requests = (query: string, field: string) =>
    row(
      'a bad query',
      ['GET', ({ job }) => `/core/syncs/jobs/${job}/requests?${query}`],
      invalid(field),
    );
  const syncs = (query: string, field: string) =>
    row('a bad query', ['GET', `/core/syncs?${query}`], invalid(field));
  return [
    syncs('status=DONE', 'status'),
    syncs('trigger=tick', 'trigger'),
    syncs('rootfi_connection_id=x', 'rootfi_connection_id'),
    requests('failed=yes', 'failed'),
    requests('next=garbage', 'next'),
    requests('limit=0', 'limit'),
    row(
      'another organisation’s',
      ['GET', ({ foreign }) => `/core/syncs/jobs/${foreign.job}/requests`],
      absent('job_id'),
    ),
    preview('a cron line of six fields', { cron: '* * * * * *' }, 'cron'),
    preview('a cron line that never comes', { cron: '0 0 31 2 *' }, 'cron'),
    preview('an unknown zone', { cron: '0 6 * * *', timezone: 'Mars/Olympus' }, 'timezone'),
    preview('interval 0', { frequency: 'DAILY', interval: 0 }, 'interval'),
    preview('an unknown frequency', { frequency: 'SECONDLY' }, 'frequency'),
    row('another organisation’s', ['POST', '/core/schedule/preview'], absent('connection_id'), {
      body: ({ foreign }) => ({ frequency: 'DAILY', connection_id: foreign.connection }),
    }),
    row(
      'an unknown key',
      ['GET', ({ connection }) => `/core/connections/${connection}/estimate?x=1`],
      invalid('x'),
    ),
    row(
      'a model the platform lacks',
      ['POST', ({ connection }) => `/core/connections/${connection}/estimate`],
      invalid('sync_config'),
      { body: () => ({ sync_config: [{ data_model: 'CRM_DEALS' }] }) },
    ),
    row(
      'no list',
      ['POST', ({ connection }) => `/core/connections/${connection}/estimate`],
      missing('sync_config'),
      { body: () => ({}) },
    ),
    held('limit=0', 'limit'),
    held('next=garbage', 'next'),
    held('all=1', 'all'),
    row(
      'an unknown model',
      ['GET', ({ connection }) => `/core/connections/${connection}/models/TOASTS/held_deletions`],
      absent('data_model'),
    ),
    row(
      'another organisation’s',
      ['GET', ({ foreign }) => `/core/connections/${foreign.connection}/quarantine`],
      absent('connection_id'),
    ),
    quarantine('data_model=toasts', 'data_model'),
    quarantine(`next=${cursorOf({ list: 'quarantine of 1', data_model: 'INVOICES' })}`, 'next'),
    quarantine(`next=${'x'.repeat(5_001)}`, 'next'),
    runs('data_model=invoices', 'data_model'),
    runs('from=yesterday', 'from'),
    runs('from=2026-01-02&to=2026-01-02', 'to'),
    runs('limit=1001', 'limit'),
    runs('next=garbage', 'next'),
    runs('status=FAILED', 'status'),
    row(
      'an unknown key',
      ['GET', ({ connection }) => `/core/connections/${connection}/quota?x=1`],
      invalid('x'),
    ),
    row(
      'a cursor of another list',
      [
        'GET',
        ({ company, cursors }) =>
          `/core/companies/${company}/activity?next=${cursors['/core/companies']}`,
      ],
      invalid('next'),
    ),
    row('no company', ['GET', '/core/events'], missing('company_id')),
    row('a bad query', ['GET', '/core/events?company_id=x'], invalid('company_id')),
    row(
      'another organisation’s',
      ['GET', ({ foreign }) => `/core/events?company_id=${foreign.company}`],
      absent('company_id'),
    ),
    companies('sort=records', 'sort'),
    companies('status=DELETED', 'status'),
    companies('search=%00', 'search'),
    companies(`search=${'x'.repeat(201)}`, 'search'),
    companies('limit=0', 'limit'),
    companies('name=x', 'name'),
    companies('next=garbage', 'next'),
    row(
      'a cursor of the other list',
      ['GET', ({ cursors }) => `/core/dashboard/companies?next=${cursors['/core/companies']}`],
      invalid('next'),
    ),
    row(
      'another organisation’s',
      ['POST', ({ foreign }) => `/core/companies/${foreign.company}/refresh`],
      absent('company_id'),
    ),
    row(
      'a body where none is taken',
      ['POST', ({ company }) => `/core/companies/${company}/refresh`],
      invalid('full_sync'),
      { body: () => ({ full_sync: true }) },
    ),
  ];
}
