/** Our API, as one of its users calls it. */
export class ApiCalls {
  constructor(
    readonly url: string,
    readonly apiKey: string,
  ) {}

  /** Connects a sandbox tenant as a new company; answers the connection's id. */
  async connect(tenantId: string, syncConfig: readonly object[]): Promise<number> {
    const answer = await this.call('POST', '/core/connections', {
      company_name: `Company of ${tenantId}`,
      integration_type: 'ROOTFI_SANDBOX',
      credentials: { tenant_id: tenantId },
      sync_config: syncConfig,
    });
    return field<{ rootfi_id: number }>(answer, 'data').rootfi_id;
  }

  async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/v3${path}`, {
      method,
      headers: { api_key: this.apiKey, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}

function field<T>(answer: unknown, name: string): T {
  return (answer as Record<string, T>)[name] as T;
}
