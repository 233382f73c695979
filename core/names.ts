/**
 * The closed sets of names that the whole product shares. The wire names are those of the v3 contract
 * (the published client's enums); the others are the words of `docs/concepts.md`.
 */

export const INTEGRATION_CATEGORIES = [
  'ACCOUNTING',
  'PAYMENTS',
  'CRM',
  'ECOMMERCE',
  'CUSTOM',
] as const;
export type IntegrationCategory = (typeof INTEGRATION_CATEGORIES)[number];

export const CONNECTION_STATUSES = ['HEALTHY', 'DISCONNECTED', 'EXPIRED', 'PENDING'] as const;
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number];

export const JOB_STATES = ['CREATED', 'RUNNING', 'SUCCESS', 'FAILED'] as const;
/** State of a job and, rolled up, of a sync. */
export type JobState = (typeof JOB_STATES)[number];

/** At most one open pull of each kind per connection and data model. */
export const PULL_KINDS = ['incremental', 'backfill'] as const;
export type PullKind = (typeof PULL_KINDS)[number];

/**
 * What an open pull is doing: reading the stream; reading it a second time because the platform cannot be asked
 * by id; asking for the rows the listings did not show; tombstoning those confirmed gone.
 */
export const PULL_PHASES = ['listing', 'relisting', 'confirming', 'tombstoning'] as const;
export type PullPhase = (typeof PULL_PHASES)[number];

export const SYNC_MODES = ['incremental', 'full', 'from_date'] as const;
export type SyncMode = (typeof SYNC_MODES)[number];

export const TRIGGERS = ['auto', 'manual', 'initial'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** Order of service where quota is scarce, most urgent first. */
export const LANES = ['interactive', 'scheduled', 'backfill'] as const;
export type Lane = (typeof LANES)[number];

export const FREQUENCIES = [
  'MINUTELY',
  'HOURLY',
  'DAILY',
  'WEEKLY',
  'MONTHLY',
  'YEARLY',
  'NEVER',
] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** Outcomes of a fetched record, and `deleted`, the outcome of a stored one. */
export const OUTCOMES = [
  'inserted',
  'changed',
  'unchanged',
  'revived',
  'repeated',
  'quarantined',
  'deleted',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** `fetched` is the sum of all outcomes but `deleted`. */
export type OutcomeCounts = Record<Outcome, number> & { fetched: number };

/** Guards a switch over a closed set: a new member fails to compile here. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
