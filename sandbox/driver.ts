import { z } from 'zod';
import { type JsonRecord, jsonRecordSchema } from './kit/json';

const truthSchema = z.object({
  records: z.array(jsonRecordSchema),
  next_cursor: z.string().nullable(),
});
const requestsSchema = z.object({
  requests: z.array(
    z.object({
      seq: z.number(),
      at: z.string(),
      method: z.string(),
      path: z.string(),
      query: z.record(z.string(), z.string()),
      status: z.number(),
      ms: z.number(),
      concurrent: z.number(),
    }),
  ),
  totals: z.object({
    count: z.number(),
    rejected_429: z.number(),
    by_status: z.record(z.string(), z.number()),
  }),
});
const tokensSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
  tenant_id: z.string(),
  token_type: z.literal('bearer'),
});
const pageSchema = z.object({
  records: z.array(jsonRecordSchema),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
});

export type SandboxPage = z.infer<typeof pageSchema>;

/** An answer as it came: its body is JSON, or null where it is empty. */
export interface SandboxAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Drives a running sandbox as a person and as a client would; for tests and demonstrations. */
export class SandboxDriver {
  constructor(readonly url: string) {}

  /** Any call. Rejects as `fetch` does where the connection breaks. */
  async call(
    method: string,
    path: string,
    { body, token }: { body?: unknown; token?: string } = {},
  ): Promise<SandboxAnswer> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === '' ? null : JSON.parse(text),
    };
  }

  /** A control call below the tenant. Throws where it is not answered 200. */
  async control(method: string, tenant: string, path: string, body?: unknown): Promise<unknown> {
    const full = `/_control/tenants/${encodeURIComponent(tenant)}${path}`;
    return this.mustSucceed(method, full, body);
  }

  async createTenant(tenant: JsonRecord & { tenant_id: string }): Promise<unknown> {
    return this.mustSucceed('POST', '/_control/tenants', tenant);
  }

  async addRecords(tenant: string, resource: string, records: JsonRecord[]): Promise<JsonRecord[]> {
    const answer = await this.control('POST', tenant, `/records/${resource}`, { records });
    return z.object({ records: z.array(jsonRecordSchema) }).parse(answer).records;
  }

  async fault(tenant: string, fault: JsonRecord & { kind: string }): Promise<void> {
    await this.control('POST', tenant, '/faults', fault);
  }

  async requests(tenant: string, after = 0): Promise<z.infer<typeof requestsSchema>> {
    return requestsSchema.parse(await this.control('GET', tenant, `/requests?after=${after}`));
  }

  /** All records of the resource, whatever limits and faults stand. */
  async truth(tenant: string, resource: string): Promise<JsonRecord[]> {
    const records: JsonRecord[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: unknown = await this.control(
        'GET',
        tenant,
        `/records/${resource}?cursor=${cursor}`,
      );
      const parsed: z.infer<typeof truthSchema> = truthSchema.parse(page);
      records.push(...parsed.records);
      cursor = parsed.next_cursor;
    }
    return records;
  }

  async grant(tenant: string): Promise<z.infer<typeof tokensSchema>> {
    const body = { grant_type: 'sandbox_tenant', tenant_id: tenant };
    return tokensSchema.parse(await this.mustSucceed('POST', '/oauth/token', body));
  }

  async list(token: string, pathAndQuery: string): Promise<SandboxPage> {
    const answer = await this.call('GET', `/api/v1/${pathAndQuery}`, { token });
    if (answer.status !== 200) throw new Error(`listing answered ${answer.status}`);
    return pageSchema.parse(answer.body);
  }

  /** Every page of a listing, to its end. */
  async pages(token: string, pathAndQuery: string): Promise<SandboxPage[]> {
    const pages: SandboxPage[] = [];
    const joint = pathAndQuery.includes('?') ? '&' : '?';
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: SandboxPage = await this.list(token, `${pathAndQuery}${joint}cursor=${cursor}`);
      pages.push(page);
      cursor = page.has_more ? page.next_cursor : null;
    }
    return pages;
  }

  private async mustSucceed(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.call(method, path, body === undefined ? {} : { body });
    if (answer.status === 200) return answer.body;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}

export function idsOf(pages: readonly SandboxPage[]): unknown[] {
  return pages.flatMap((page) => page.records.map((record) => record.id));
}
