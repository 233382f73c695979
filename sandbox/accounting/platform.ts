import type { Account, Platform } from '../kit/platform';
import { createRandom, seedOf } from '../kit/random';
import { RESOURCES } from './resources';
import { seedRecords } from './seed/seed';
import { LAST_NAMES, LEGAL_FORMS, TRADES } from './seed/words';

/** Country and the currency its accounts are kept in. */
const HOMES: [readonly [string, string], ...(readonly [string, string])[]] = [
  ['US', 'USD'],
  ['DE', 'EUR'],
  ['GB', 'GBP'],
  ['CA', 'CAD'],
];

function account(tenantId: string): Account {
  const random = createRandom(seedOf(`${tenantId}/account`));
  const [country, base_currency] = random.pick(HOMES);
  const name = `${random.pick(LAST_NAMES)} ${random.pick(TRADES)} ${random.pick(LEGAL_FORMS)}`;
  return { name, base_currency, country };
}

/** ROOTFI_SANDBOX: a stand-in accounting platform whose records bear the unified names. */
export const accountingPlatform: Platform = {
  name: 'accounting',
  resources: Object.keys(RESOURCES),
  idPrefix: (resource) => RESOURCES[resource]?.prefix ?? 'rec',
  account,
  seed: (request) =>
    seedRecords({ ...request, baseCurrency: account(request.tenantId).base_currency }),
  malformedField: (resource) => RESOURCES[resource]?.malformedField ?? 'name',
};
