import { mayGoOn, SERIES, type Settlement } from '../core/quota';
import type { CallEnd } from '../store/quota';

/** When this process was last told to wait by each account's platform, on its own steady clock. */
const toldToWait = new Map<string, number>();

/** Ends every series of the account in this process: the ledger, which blocks all others, is not asked by a series. */
export function noteToldToWait(account: string): void {
  toldToWait.set(account, performance.now());
}

interface Permit {
  readonly account: string;
  readonly leaseId: string;
  /** How many calls it covers. */
  readonly calls: number;
  /** The database's clock when it was given. */
  readonly now: number;
  /** This process's steady clock before it was asked for. */
  readonly askedAt: number;
}

/** A place in the ledger, and the calls made in it, one after the other. Most series are of one. */
export class Series {
  #permit: Permit;
  #made = 0;
  #goesOn = true;
  #observed: Settlement['observed'] = null;

  constructor(permit: Permit) {
    this.#permit = permit;
  }

  get leaseId(): string {
    return this.#permit.leaseId;
  }

  /** A call begins; answers when, on the database's clock. */
  begin(): Date {
    this.#made += 1;
    const { now, askedAt } = this.#permit;
    return new Date(this.#made === 1 ? now : now + (performance.now() - askedAt));
  }

  /** A call has ended well. What it answers settles the series, unless another call follows. */
  end(observed: Settlement['observed']): CallEnd {
    this.#goesOn = observed === null || mayGoOn(observed);
    this.#observed = observed;
    return { leaseId: this.leaseId, calls: this.#made, observed, limited: null };
  }

  /** A call has failed: the series is over. */
  fail(limited: Settlement['limited']): CallEnd {
    this.#goesOn = false;
    return { leaseId: this.leaseId, calls: this.#made, observed: null, limited };
  }

  /** Whether one more call may be made in it now. */
  mayGoOn(): boolean {
    const { calls, askedAt } = this.#permit;
    return this.#made < calls && this.#isUndisturbed() && performance.now() - askedAt < SERIES.ms;
  }

  /** Whether the call under way is its last, and more of them may be asked for. */
  mayBeRenewed(): boolean {
    const { calls } = this.#permit;
    return calls > 1 && this.#made === calls && this.#isUndisturbed();
  }

  /** What settles the calls that have ended before the one under way. */
  beforeThis(): CallEnd {
    return {
      leaseId: this.leaseId,
      calls: this.#made - 1,
      observed: this.#observed,
      limited: null,
    };
  }

  /** The calls before the one under way are settled; it is the first of a new permit. */
  renew(permit: Permit): void {
    this.#permit = permit;
    this.#made = 1;
  }

  #isUndisturbed(): boolean {
    const { account, askedAt } = this.#permit;
    return this.#goesOn && (toldToWait.get(account) ?? -1) < askedAt;
  }
}
