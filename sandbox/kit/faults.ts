import { z } from 'zod';

export const FAULT_KINDS = [
  'status',
  'timeout',
  'reset',
  'truncate',
  'slow',
  'empty_page',
  'duplicate_page',
  'malformed_record',
  'expire_cursor',
  'shuffle',
  'expire_token',
  'revoke_token',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** What a caller of the control interface may say of a fault. */
export const faultSpecSchema = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  resource: z.string().optional(),
  after_requests: z.int().min(0).optional(),
  times: z.int().min(0).optional(),
  status: z.int().min(400).max(599).optional(),
  retry_after: z.number().min(0).optional(),
  ms: z.int().min(0).max(3_600_000).optional(),
});

export type FaultSpec = z.infer<typeof faultSpecSchema>;

/** A fault that stands: its specification, and what it has counted since it was set. */
export const faultSchema = faultSpecSchema.extend({
  seen: z.int(),
  struck: z.int(),
});

export type Fault = z.infer<typeof faultSchema>;

/** The faults of one tenant, in the order in which they were set. */
export class FaultBoard {
  private faults: Fault[] = [];

  list(): readonly Fault[] {
    return this.faults;
  }

  set(spec: FaultSpec): Fault {
    const fault = { ...spec, seen: 0, struck: 0 };
    this.faults.push(fault);
    return fault;
  }

  restore(faults: Fault[]): void {
    this.faults = faults;
  }

  clear(): void {
    this.faults = [];
  }

  /** Whether a `revoke_token` stands and has begun. */
  isRevoked(): boolean {
    return this.faults.some((fault) => fault.kind === 'revoke_token' && hasBegun(fault));
  }

  /**
   * Counts a request at every fault of that resource (null: a request of no resource, which only
   * faults without one see) and gives the first that strikes it. A fault whose kind `suits` denies
   * waits for a request that it can strike.
   */
  strike(resource: string | null, suits: (kind: FaultKind) => boolean): Fault | null {
    const concerned = this.faults.filter(
      (fault) => fault.resource === undefined || fault.resource === resource,
    );
    for (const fault of concerned) fault.seen += 1;
    const striking = concerned.find((fault) => isDue(fault) && suits(fault.kind));
    if (striking === undefined) return null;
    striking.struck += 1;
    // A revocation stands until it is deleted; the others are gone once they have struck enough.
    this.faults = this.faults.filter((fault) => fault.kind === 'revoke_token' || isLeft(fault));
    return striking;
  }
}

function isDue(fault: Fault): boolean {
  return fault.seen > (fault.after_requests ?? 0) && isLeft(fault);
}

function isLeft(fault: Fault): boolean {
  const times = fault.times ?? 1;
  return times === 0 || fault.struck < times;
}

function hasBegun(fault: Fault): boolean {
  return fault.struck > 0 || (fault.after_requests ?? 0) === 0;
}
