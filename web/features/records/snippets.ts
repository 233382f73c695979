import { clientName, type Resource } from './resources';

/** The same request for a terminal, and for a program that uses `rootfi-api`. */

export function asCurl(
  publicUrl: string,
  { path }: Resource,
  query: Readonly<Record<string, string>>,
): string {
  const text = Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const url = `${publicUrl}/v3${path}${text === '' ? '' : `?${text}`}`;
  return `curl -g -H "api_key: $SYNCLINE_API_KEY" '${url.replaceAll("'", '%27')}'`;
}

/** What the client calls the query's names. It can send no others. */
const CLIENT_NAMES: Readonly<Record<string, string>> = {
  'rootfi_company_id[eq]': 'rootfiCompanyIdEq',
  'rootfi_updated_at[gte]': 'rootfiUpdatedAtGte',
  'sort[rootfi_created_at]': 'sortRootfiCreatedAt',
  'sort[rootfi_updated_at]': 'sortRootfiUpdatedAt',
  include_deleted_records: 'includeDeletedRecords',
  return_count: 'returnCount',
  select: 'select',
  limit: 'limit',
};
const NUMBERS = new Set(['rootfi_company_id[eq]', 'limit']);

export function asClient(
  publicUrl: string,
  resource: Resource,
  query: Readonly<Record<string, string>>,
): string {
  return `${clientSetUp(publicUrl)}
${unsayable(query)}const { data, next } = await rootfi.${resource.category}.${clientName(resource)}.list({
${argumentsOf(query)}});
`;
}

/** The client has no call for one record: it is looked for among those that changed when it last did. */
export function recordAsClient(
  publicUrl: string,
  resource: Resource,
  record: { readonly id: number; readonly companyId: number; readonly updatedAt: string },
): string {
  const query = {
    'rootfi_company_id[eq]': String(record.companyId),
    'rootfi_updated_at[gte]': record.updatedAt,
    'sort[rootfi_updated_at]': 'ASC',
    include_deleted_records: 'true',
    select: 'raw_data',
  };
  return `${clientSetUp(publicUrl)}
const { data } = await rootfi.${resource.category}.${clientName(resource)}.list({
${argumentsOf(query)}});
const record = data.find(({ rootfi_id }) => rootfi_id === ${record.id});
`;
}

function clientSetUp(publicUrl: string): string {
  return `import { RootFiClient } from 'rootfi-api';

const rootfi = new RootFiClient({
  environment: '${publicUrl}/v3',
  apiKey: process.env.SYNCLINE_API_KEY ?? '',
});
`;
}

function argumentsOf(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .flatMap(([name, value]) => {
      const known = CLIENT_NAMES[name];
      if (known === undefined) return [];
      return [`  ${known}: ${NUMBERS.has(name) ? value : JSON.stringify(value)},\n`];
    })
    .join('');
}

function unsayable(query: Readonly<Record<string, string>>): string {
  const left = Object.keys(query).filter((name) => CLIENT_NAMES[name] === undefined);
  if (left.length === 0) return '';
  return `// rootfi-api cannot send ${left.join(', ')}: ask for that by HTTP.\n`;
}
