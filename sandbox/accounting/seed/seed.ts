import type { SeedCounts, SeedRecord } from '../../kit/platform';
import { RESOURCES, seededIdOf } from '../resources';
import { randomOf, type SeedContext } from './context';
import { lastChanges } from './times';

const TARGET_ROWS = 10;
const DAY_MS = 86_400_000;

/** Every record a tenant begins with; each depends on the tenant's id, its own number and the counts. */
export function* seedRecords(request: {
  tenantId: string;
  baseCurrency: string;
  counts: SeedCounts;
  nowMs: number;
}): Generator<SeedRecord> {
  const context: SeedContext = { ...request, counts: withTargets(request.counts) };
  for (const [resource, row] of Object.entries(RESOURCES)) {
    const count = context.counts[resource] ?? 0;
    const seed = `${context.tenantId}/${resource}`;
    const times = lastChanges({ seed, count, nowMs: context.nowMs });
    for (let index = 0; index < count; index += 1) {
      const updatedMs = times[index] ?? context.nowMs;
      const ageMs = randomOf(context, `${resource}/age`, index).between(0, 30 * DAY_MS);
      const createdMs = updatedMs - ageMs;
      const id = seededIdOf(row, index);
      const text = JSON.stringify({
        id,
        ...row.fields(context, { index, createdMs }),
        created_at: new Date(createdMs).toISOString(),
        updated_at: new Date(updatedMs).toISOString(),
      });
      yield { resource, id, updatedMs, text };
    }
  }
}

/** What is asked for, and ten rows of whatever that points to and is not asked for. */
function withTargets(asked: SeedCounts): SeedCounts {
  const counts: SeedCounts = {};
  const want = (resource: string, count: number): void => {
    if (count === 0 || counts[resource] !== undefined) return;
    counts[resource] = count;
    for (const target of RESOURCES[resource]?.refersTo ?? []) {
      want(target, asked[target] || TARGET_ROWS);
    }
  };
  for (const [resource, count] of Object.entries(asked)) want(resource, count);
  return counts;
}
