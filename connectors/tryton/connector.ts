import type { Connector, ErrorRule } from '../contract';
import { isObject } from '../engine/json';
import { auth, credentials, fields } from './auth';
import { contacts } from './streams/contacts';
import { documents } from './streams/documents';
import { items } from './streams/items';
import { accounts, journalEntries, taxRates } from './streams/ledger';
import { companyInfo, currencies } from './streams/organisation';

/** Errors inside a call come with status 200: `{error: [name, …]}` (trytond/protocols/jsonrpc.py). */
function hasError(...names: readonly string[]): NonNullable<ErrorRule['matches']> {
  return (body) =>
    isObject(body) &&
    Array.isArray(body.error) &&
    (names.length === 0 || names.includes(String(body.error[0])));
}

const streams = [
  contacts,
  ...documents,
  accounts,
  taxRates,
  journalEntries,
  items,
  companyInfo,
  currencies,
];

/** The Tryton ERP (https://www.tryton.org), series 8.2 with the modules account_invoice, sale and purchase. */
export const tryton: Connector = {
  integrationType: 'TRYTON',
  name: 'Tryton',
  category: 'ACCOUNTING',
  version: 1,
  credentials,
  fields,
  auth,
  targetFromUser: true,
  limits: { windows: {}, counting: 'rolling', concurrent: 4 },
  errorRules: [
    { status: 200, matches: hasError('LoginException'), kind: 'unauthorised' },
    { status: 200, matches: hasError('UserError', 'UserWarning'), kind: 'refused' },
    { status: 200, matches: hasError('RateLimitException'), kind: 'rate-limited' },
    // What is left are rows changed meanwhile, locks and crashes inside the server.
    { status: 200, matches: hasError(), kind: 'transient' },
  ],
  streams: Object.fromEntries(streams.map((stream) => [stream.dataModel, stream])),
};
