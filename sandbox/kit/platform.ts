/** How many records of each resource a tenant begins with. */
export type SeedCounts = { [resource: string]: number };

/** A record as the seed makes it, `text` being all of it as JSON, its times included. */
export interface SeedRecord {
  resource: string;
  id: string;
  updatedMs: number;
  text: string;
}

/** A tenant's own card. */
export interface Account {
  name: string;
  base_currency: string;
  country: string;
}

/** What a stand-in platform must say of itself; the kit does the rest. */
export interface Platform {
  /** Name of its folder below the state folder. */
  name: string;
  resources: readonly string[];
  /** Beginning of the ids the platform gives to new records of the resource. */
  idPrefix(resource: string): string;
  account(tenantId: string): Account;
  /** Every record a tenant starts with; the same arguments always give the same records. */
  seed(request: { tenantId: string; counts: SeedCounts; nowMs: number }): Iterable<SeedRecord>;
  /** The field that a malformed record carries as something impossible. */
  malformedField(resource: string): string;
}
