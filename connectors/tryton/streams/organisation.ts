import type { RelatedRead } from '../../contract';
import { isObject } from '../../engine/json';
import { changedAt, one, text } from '../row';
import { rowsOf, searchRead } from '../rpc';
import { trytonStream } from '../stream';

/** Few rows, whose values lie in other rows (party, rates of the day): always listed whole. */
export const companyInfo = trytonStream({
  dataModel: 'COMPANY_INFO',
  model: 'company.company',
  fields: ['party.name', 'party.code', 'party.tax_identifier.code', 'currency.code'],
  parts: null,
  map(company) {
    const party = one(company, 'party');
    return {
      name: text(party?.name),
      legal_name: text(party?.name),
      tax_number: party === null ? null : one(party, 'tax_identifier')?.code,
      registration_number: text(party?.code),
      base_currency: one(company, 'currency')?.code,
      org_created_at: company.create_date,
      updated_at: changedAt(company),
    };
  },
});

/** A currency does not know whether it is a company's own. */
const companies: RelatedRead = {
  request: () => searchRead('company.company', { domain: [], limit: null, fields: ['currency'] }),
  read: (body) => ({ items: rowsOf(body), next: null }),
  join(currencies, found) {
    const own = new Set(found.map((company) => (isObject(company) ? company.currency : null)));
    return currencies.map((currency) =>
      isObject(currency) ? { ...currency, is_base_currency: own.has(currency.id) } : currency,
    );
  },
};

export const currencies = trytonStream({
  dataModel: 'CURRENCIES',
  model: 'currency.currency',
  fields: ['name', 'code', 'symbol', 'rate'],
  parts: null,
  related: [companies],
  map: (currency) => ({
    name: currency.name,
    code: currency.code,
    symbol: text(currency.symbol),
    is_base_currency: currency.is_base_currency,
    exchange_rate: currency.rate,
    updated_at: changedAt(currency),
  }),
});
