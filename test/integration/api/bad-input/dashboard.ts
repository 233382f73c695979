import { absent, invalid, row, type Row } from './row';

/** What only the dashboard asks for. */
export function dashboard(): Row[] {
  const companies = (query: string, field: string) =>
    row('a bad query', ['GET', `/core/dashboard/companies?${query}`], invalid(field));
  return [
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
