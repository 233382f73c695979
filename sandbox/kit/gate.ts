import type { Request, Response } from 'express';
import { type Answer, Refusal, jsonAnswer, sendAnswer, sendReset, sendTruncated } from './answer';
import { steadyNowMs } from './clock';
import type { Fault, FaultKind } from './faults';
import type { Tenant } from './tenant';
import type { Tenants } from './tenants';

const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_SLOW_MS = 5_000;

/** What a route of the platform's API tells the gate of one request. */
export interface Call {
  /** null: a request of no resource, such as the account card. */
  resource: string | null;
  /** Whether a fault that concerns pages could strike this request. */
  suits: (tenant: Tenant, kind: FaultKind) => boolean;
  /** Does the work; `fault` is one of pages, or null. Throws a `Refusal` to say no. */
  answer: (tenant: Tenant, fault: Fault | null) => Answer;
}

/** Faults any request can suffer; the others concern pages. */
const TRANSPORT_FAULTS: ReadonlySet<FaultKind> = new Set([
  'status',
  'timeout',
  'reset',
  'truncate',
  'slow',
  'expire_token',
  'revoke_token',
]);

/**
 * Takes every request of a platform's API through token, rate limits, faults and latency to its
 * route, and writes it into the tenant's request log before the answer leaves.
 */
export async function passGate(
  tenants: Tenants,
  { req, res, call }: { req: Request; res: Response; call: Call },
): Promise<void> {
  const bearer = /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '')?.[1] ?? '';
  const tenant = tenants.ofToken(bearer);
  if (tenant === undefined) {
    sendAnswer(res, jsonAnswer(401, { error: 'invalid_token' }));
    return;
  }
  await new Passage(tenant, req, res).run(bearer, call);
}

class Passage {
  private readonly arrivedAt = new Date();
  private readonly arrivedMs = steadyNowMs();
  private counted = false;
  private concurrent: number;
  private isLogged = false;

  constructor(
    private readonly tenant: Tenant,
    private readonly req: Request,
    private readonly res: Response,
  ) {
    this.concurrent = tenant.limiter.concurrent + 1;
  }

  async run(bearer: string, call: Call): Promise<void> {
    const refusal = this.refuse(bearer);
    if (refusal !== null) return this.send(refusal, null);
    this.res.once('close', () => this.leave(0));
    const fault = this.strike(call);
    await this.wait(this.tenant.latencyMs + delayOf(fault));
    if (this.isLogged) return;
    this.send(this.answer(call, fault), fault);
  }

  /** Token first, then the limits: who is refused for his token uses up nothing. */
  private refuse(bearer: string): Answer | null {
    const access = this.tenant.tokens.check(bearer, Date.now());
    if (access !== 'valid') {
      return jsonAnswer(401, { error: access === 'unknown' ? 'invalid_token' : access });
    }
    const admission = this.tenant.limiter.admit(this.arrivedMs);
    if (!admission.admitted) {
      const seconds = Math.max(1, Math.ceil(admission.retryAfterMs / 1_000));
      return {
        ...jsonAnswer(429, { error: 'rate_limited', window: admission.window }),
        headers: [['Retry-After', String(seconds)]],
      };
    }
    this.counted = true;
    return null;
  }

  private strike({ resource, suits }: Call): Fault | null {
    if (this.tenant.faults.list().length === 0) return null;
    const fault = this.tenant.faults.strike(
      resource,
      (kind) => TRANSPORT_FAULTS.has(kind) || suits(this.tenant, kind),
    );
    if (fault?.kind === 'expire_token') this.tenant.tokens.expireAccess(Date.now());
    if (fault?.kind === 'revoke_token') this.tenant.tokens.revokeAll();
    if (fault?.kind === 'expire_token' || fault?.kind === 'revoke_token') this.tenant.saveTokens();
    this.tenant.saveFaults();
    return fault;
  }

  private answer(call: Call, fault: Fault | null): Answer {
    switch (fault?.kind) {
      case 'status':
        return {
          ...jsonAnswer(fault.status ?? 500, { error: 'fault' }),
          headers:
            fault.retry_after === undefined
              ? []
              : [['Retry-After', String(Math.ceil(fault.retry_after))]],
        };
      case 'expire_token':
        return jsonAnswer(401, { error: 'token_expired' });
      case 'revoke_token':
        return jsonAnswer(401, { error: 'token_revoked' });
      default:
        return this.askRoute(call, fault);
    }
  }

  private askRoute(call: Call, fault: Fault | null): Answer {
    try {
      return call.answer(this.tenant, fault);
    } catch (error) {
      if (error instanceof Refusal) return jsonAnswer(error.status, error.body);
      throw error;
    }
  }

  private send(answer: Answer, fault: Fault | null): void {
    const { tenant, res } = this;
    this.leave(answer.status);
    tenant.commit();
    res.setHeader('Date', new Date(tenant.clock.nowMs()).toUTCString());
    for (const [name, value] of tenant.limiter.headers(steadyNowMs())) res.setHeader(name, value);
    if (fault?.kind === 'reset') sendReset(res, answer);
    else if (fault?.kind === 'truncate') sendTruncated(res, answer);
    else sendAnswer(res, answer);
  }

  /**
   * Gives the place back and writes the log, both before the answer leaves: a client that has its
   * answer must find the place free and the request logged.
   */
  private leave(status: number): void {
    if (this.isLogged) return;
    this.isLogged = true;
    if (this.counted) this.tenant.limiter.release();
    this.tenant.logRequest({
      at: this.arrivedAt.toISOString(),
      method: this.req.method,
      path: `${this.req.baseUrl}${this.req.path}`,
      query: queryOf(this.req),
      status,
      ms: Math.round(steadyNowMs() - this.arrivedMs),
      concurrent: this.concurrent,
      counted: this.counted,
    });
  }

  /** Ends early where the client has gone. */
  private wait(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.res.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function delayOf(fault: Fault | null): number {
  if (fault?.kind === 'timeout') return fault.ms ?? DEFAULT_TIMEOUT_MS;
  if (fault?.kind === 'slow') return fault.ms ?? DEFAULT_SLOW_MS;
  return 0;
}

function queryOf(req: Request): { [name: string]: string } {
  const query: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(req.query)) query[name] = String(value);
  return query;
}
