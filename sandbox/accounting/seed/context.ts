import type { Random } from '../../kit/random';
import { createRandom, seedOf } from '../../kit/random';

/** What the maker of one record can ask for. */
export interface SeedContext {
  tenantId: string;
  /** Records of each resource in this tenant, those included that only serve as targets. */
  counts: { readonly [resource: string]: number };
  baseCurrency: string;
  nowMs: number;
}

/** Hashing the name for every record would take longer than making it. */
const seeds = new Map<string, number>();

/** Numbers that belong to this one record and do not depend on any other having been made. */
export function randomOf(context: SeedContext, resource: string, index: number): Random {
  const name = `${context.tenantId}/${resource}`;
  let seed = seeds.get(name);
  if (seed === undefined) {
    seed = seedOf(name);
    if (seeds.size > 1_000) seeds.clear();
    seeds.set(name, seed);
  }
  return createRandom(seed ^ Math.imul(index + 1, 0x9e3779b1));
}

/** Seeded ids count from 1: `inv_1`. */
export function idOf(prefix: string, index: number): string {
  return `${prefix}_${index + 1}`;
}

export function countOf(context: SeedContext, resource: string): number {
  return Math.max(1, context.counts[resource] ?? 0);
}

/** Amounts are whole cents while they are added up, and numbers with at most two decimals outside. */
export function fromCents(cents: number): number {
  return cents / 100;
}

/** The day of an instant, as the platform writes dates: midnight UTC. */
export function dayOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 10)}T00:00:00.000Z`;
}
