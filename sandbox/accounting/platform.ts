import type { Account, Platform, SeedCounts, SeedRecord } from '../kit/platform';
import { createRandom, seedOf } from '../kit/random';
import { RESOURCES, seededIdOf } from './resources';
import { randomOf } from './seed/context';
import { lastChanges } from './seed/times';
import { LAST_NAMES, LEGAL_FORMS, TRADES } from './seed/words';

const TARGET_ROWS = 10;
const DAY_MS = 86_400_000;

/** Country and the currency its accounts are kept in. */
const HOMES = [
  ['US', 'USD'],
  ['DE', 'EUR'],
  ['GB', 'GBP'],
  ['CA', 'CAD'],
] as const;

function account(tenantId: string): Account {
  const random = createRandom(seedOf(`${tenantId}/account`));
  const [country, base_currency] = random.pick(HOMES);
  const name = `${random.pick(LAST_NAMES)} ${random.pick(TRADES)} ${random.pick(LEGAL_FORMS)}`;
  return { name, base_currency, country };
}

/** What is asked for, and ten rows of whatever that points to and is not asked for. */
function withTargets(asked: SeedCounts): SeedCounts {
  const counts: SeedCounts = {};
  const want = (resource: string, count: number): void => {
    if ((counts[resource] ?? 0) > 0 || count === 0) return;
    counts[resource] = count;
    for (const target of RESOURCES[resource]?.refersTo ?? []) {
      want(target, asked[target] || TARGET_ROWS);
    }
  };
  for (const [resource, count] of Object.entries(asked)) want(resource, count);
  return counts;
}

function* seed({
  tenantId,
  counts: asked,
  nowMs,
}: {
  tenantId: string;
  counts: SeedCounts;
  nowMs: number;
}): Generator<{ resource: string; record: SeedRecord }> {
  const counts = withTargets(asked);
  const baseCurrency = account(tenantId).base_currency;
  const context = { tenantId, counts, baseCurrency, nowMs };
  for (const [resource, row] of Object.entries(RESOURCES)) {
    const count = counts[resource] ?? 0;
    const times = lastChanges({ seed: `${tenantId}/${resource}`, count, nowMs });
    for (let index = 0; index < count; index += 1) {
      const updatedMs = times[index] ?? nowMs;
      const ageMs = randomOf(context, `${resource}/age`, index).between(0, 30 * DAY_MS);
      const createdMs = updatedMs - ageMs;
      const fields = row.fields(context, { index, createdMs });
      yield { resource, record: { id: seededIdOf(row, index), createdMs, updatedMs, fields } };
    }
  }
}

/** ROOTFI_SANDBOX: a stand-in accounting platform whose records bear the unified names. */
export const accountingPlatform: Platform = {
  name: 'accounting',
  resources: Object.keys(RESOURCES),
  idPrefix: (resource) => RESOURCES[resource]?.prefix ?? 'rec',
  account,
  seed,
  malformedField: (resource) => RESOURCES[resource]?.malformedField ?? 'name',
};
