import { absent, cursorOf, invalid, missing, NUL, row, type Row } from './row';

/** Bad requests about invite links. */
export function inviting(): Row[] {
  return [...making(), ...changing(), ...reading()];
}

const good = { company_name: 'New', integration_categories: ['ACCOUNTING'] };

function making(): Row[] {
  const to: [string, string] = ['POST', '/core/invite_links'];
  const bad = (what: string, change: object, expected: ReturnType<typeof invalid>) =>
    row(what, to, expected, { body: () => ({ ...good, ...change }) });
  return [
    row('no body', to, missing('integration_categories')),
    bad('no category', { integration_categories: [] }, invalid('integration_categories')),
    bad(
      'an unknown category',
      { integration_categories: ['HR'] },
      invalid('integration_categories'),
    ),
    bad('categories as text', { integration_categories: 'CRM' }, invalid('integration_categories')),
    bad(
      'a category without a platform',
      { integration_categories: ['CRM'] },
      invalid('integration_categories'),
    ),
    bad('an unknown platform', { integrations: ['XERXES'] }, invalid('integrations')),
    bad('platforms as text', { integrations: 'TRYTON' }, invalid('integrations')),
    bad(
      'a platform of another category',
      { integrations: ['TRYTON'], integration_categories: ['CRM'] },
      invalid('integrations'),
    ),
    bad('a blank name', { company_name: ' ' }, invalid('company_name')),
    bad('a name with NUL', { company_name: `a${NUL}` }, invalid('company_name')),
    bad('a company and a name', { company_id: 1 }, invalid('company_id')),
    bad(
      'a company id as text',
      { company_name: undefined, company_id: '1' },
      invalid('company_id'),
    ),
    bad(
      'an unknown company',
      { company_name: undefined, company_id: 999_999_999 },
      absent('company_id'),
    ),
    bad(
      'a model of no offered platform',
      { sync_config: [{ data_model: 'CRM_DEALS' }] },
      invalid('sync_config'),
    ),
    bad(
      'a model twice',
      { sync_config: [{ data_model: 'ITEMS' }, { data_model: 'ITEMS' }] },
      invalid('sync_config'),
    ),
    bad('no time at all', { expires_in_days: 0 }, invalid('expires_in_days')),
    bad('half a day', { expires_in_days: 0.5 }, invalid('expires_in_days')),
    bad('more than ten years', { expires_in_days: 3_651 }, invalid('expires_in_days')),
    bad('an unknown field', { connection_id: 1 }, invalid('connection_id')),
    row('another organisation’s company', to, absent('company_id'), {
      body: ({ foreign }) => ({ ...good, company_name: undefined, company_id: foreign.company }),
    }),
  ];
}

function changing(): Row[] {
  const body = () => good;
  return [
    row(
      'no body',
      ['PUT', ({ link }) => `/core/invite_links/${link}`],
      missing('integration_categories'),
    ),
    row('a company', ['PUT', ({ link }) => `/core/invite_links/${link}`], invalid('company_id'), {
      body: () => ({ ...good, company_id: 1 }),
    }),
    row(
      'an unknown link',
      ['PUT', '/core/invite_links/00000000-0000-4000-8000-000000000000'],
      absent('invite_link_id'),
      { body },
    ),
    row(
      'another organisation’s link',
      ['PUT', ({ foreign }) => `/core/invite_links/${foreign.link}`],
      absent('invite_link_id'),
      { body },
    ),
    row('no id', ['DELETE', '/core/invite_links/7'], absent('invite_link_id')),
    row(
      'another organisation’s link',
      ['DELETE', ({ foreign }) => `/core/invite_links/${foreign.link}`],
      absent('invite_link_id'),
    ),
    row(
      'a link for another organisation’s connection',
      ['POST', ({ foreign }) => `/core/connections/${foreign.connection}/reconnect_link`],
      absent('connection_id'),
    ),
    row(
      'a body where none is taken',
      ['POST', ({ connection }) => `/core/connections/${connection}/reconnect_link`],
      invalid('credentials'),
      { body: () => ({ credentials: {} }) },
    ),
  ];
}

function reading(): Row[] {
  return [
    row('no UUID', ['GET', '/core/invite_links/x'], absent('invite_link_id')),
    row(
      'a cursor of another list',
      ['GET', `/core/invite_links?next=${cursorOf({ list: 'x', rootfi_id: 1 })}`],
      invalid('next'),
    ),
    row('an unknown relation', ['GET', '/core/invite_links?expand=company'], invalid('expand')),
  ];
}
