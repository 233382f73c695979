import type { JsonRecord } from '../../kit/json';
import { createRandom, type Random, seedOf } from '../../kit/random';

/** What the maker of a record can ask for. */
export interface SeedContext {
  tenantId: string;
  /** Records of each resource in this tenant, those included that only serve as targets. */
  counts: { readonly [resource: string]: number };
  baseCurrency: string;
  nowMs: number;
}

/** Which record of its resource is made (from 0), and when it is to have been created. */
export interface SeedPlace {
  index: number;
  createdMs: number;
}

/** Makes the fields of one record, all but its id and its two times. */
export type FieldMaker = (context: SeedContext, place: SeedPlace) => JsonRecord;

/** Hashing the name for every record would take longer than making it. */
const seeds = new Map<string, number>();

/** Numbers that belong to this one record and do not depend on any other having been made. */
export function randomOf(context: SeedContext, name: string, index: number): Random {
  const key = `${context.tenantId}/${name}`;
  let seed = seeds.get(key);
  if (seed === undefined) {
    seed = seedOf(key);
    if (seeds.size > 1_000) seeds.clear();
    seeds.set(key, seed);
  }
  return createRandom(seed ^ Math.imul(index + 1, 0x9e3779b1));
}

/** Seeded ids count from 1: `inv_1`. */
export function idOf(prefix: string, index: number): string {
  return `${prefix}_${index + 1}`;
}

/** How many records of the resource there are to refer to. */
export function countOf(context: SeedContext, resource: string): number {
  return Math.max(1, context.counts[resource] ?? 0);
}

/** The id of some record of the resource. */
export function anyOf(
  context: SeedContext,
  { resource, prefix }: { resource: string; prefix: string },
  random: Random,
): string {
  return idOf(prefix, random.between(0, countOf(context, resource) - 1));
}

/** Amounts are whole cents while they are added up, and numbers with at most two decimals outside. */
export function fromCents(cents: number): number {
  return cents / 100;
}

/** The day of an instant in UTC, `2026-01-31`. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Numbers people read: `INV-00042`. */
export function numberOf(prefix: string, index: number): string {
  return `${prefix}-${String(index + 1).padStart(5, '0')}`;
}

export const ACCOUNTS = { resource: 'accounts', prefix: 'acc' };
export const ITEMS = { resource: 'items', prefix: 'itm' };
export const BANK_ACCOUNTS = { resource: 'bank_accounts', prefix: 'bank' };
