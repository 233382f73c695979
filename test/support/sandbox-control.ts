export interface StandingFault {
  readonly kind: string;
  readonly resource?: string;
  readonly times?: number;
  readonly struck: number;
}

/** A person at the sandbox platform, and its oracle: its control interface. */
export class SandboxControl {
  constructor(readonly url: string) {}

  createTenant(
    tenantId: string,
    options: {
      seed?: Record<string, number>;
      limits?: Record<string, number>;
      page_size?: number;
      latency_ms?: number;
    } = {},
  ): Promise<unknown> {
    return this.#call('POST', '/tenants', { tenant_id: tenantId, ...options });
  }

  /** With `keepTimestamps` the records bear the times they name, instead of the platform's clock. */
  async insert(
    tenantId: string,
    resource: string,
    records: object[],
    { keepTimestamps = false } = {},
  ): Promise<string[]> {
    const path = `/tenants/${tenantId}/records/${resource}?keep_timestamps=${keepTimestamps}`;
    const answer = await this.#call('POST', path, { records });
    return list(answer, 'records').map((record) => String(record['id']));
  }

  change(tenantId: string, resource: string, id: string, fields: object): Promise<unknown> {
    return this.#call('PATCH', `/tenants/${tenantId}/records/${resource}/${id}`, fields);
  }

  remove(tenantId: string, resource: string, id: string): Promise<unknown> {
    return this.#call('DELETE', `/tenants/${tenantId}/records/${resource}/${id}`);
  }

  limit(tenantId: string, limits: Record<string, number>): Promise<unknown> {
    return this.#call('PUT', `/tenants/${tenantId}/limits`, limits);
  }

  clock(tenantId: string, offsetMs: number): Promise<unknown> {
    return this.#call('PUT', `/tenants/${tenantId}/clock`, { offset_ms: offsetMs });
  }

  fault(tenantId: string, fault: Record<string, unknown>): Promise<unknown> {
    return this.#call('POST', `/tenants/${tenantId}/faults`, fault);
  }

  heal(tenantId: string): Promise<unknown> {
    return this.#call('DELETE', `/tenants/${tenantId}/faults`);
  }

  /** The faults that stand, with how often each has struck. */
  async faults(tenantId: string): Promise<StandingFault[]> {
    const answer = await this.#call('GET', `/tenants/${tenantId}/faults`);
    return (answer as { faults: StandingFault[] }).faults;
  }

  /** Faults that stand: those that have struck as often as they were told are gone. */
  async faultsLeft(tenantId: string): Promise<number> {
    return list(await this.#call('GET', `/tenants/${tenantId}/faults`), 'faults').length;
  }

  async requests(tenantId: string): Promise<{
    requests: Record<string, unknown>[];
    count: number;
    rejected429: number;
  }> {
    const answer = await this.#call('GET', `/tenants/${tenantId}/requests`);
    const totals = (answer as { totals: { count: number; rejected_429: number } }).totals;
    return {
      requests: list(answer, 'requests'),
      count: totals.count,
      rejected429: totals.rejected_429,
    };
  }

  /** All records of a resource, by id. */
  async truth(tenantId: string, resource: string): Promise<Map<string, Record<string, unknown>>> {
    const all = new Map<string, Record<string, unknown>>();
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await this.#call(
        'GET',
        `/tenants/${tenantId}/records/${resource}?limit=1000${query}`,
      );
      for (const record of list(page, 'records')) all.set(String(record['id']), record);
      cursor = (page as { next_cursor: string | null }).next_cursor;
    } while (cursor !== null);
    return all;
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/_control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }
}

function list(answer: unknown, field: string): Record<string, unknown>[] {
  return (answer as Record<string, Record<string, unknown>[]>)[field] ?? [];
}
