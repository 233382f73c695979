import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connector } from '../../connectors/contract';
import { variant } from '../support/variants';

/** How one tenant's requests are answered; `n` counts them from 1. */
export type Answer = (response: ServerResponse, n: number, request: IncomingMessage) => void;

/**
 * A platform that answers whatever a test has it answer, tenant by tenant. What a client must never do (inflate a
 * bomb, follow a redirect, read on for ever) is the test's to count.
 */
export class HostilePlatform {
  readonly #server: Server;
  readonly #answers = new Map<string, Answer>();
  readonly #counts = new Map<string, number>();
  /** Requests of no tenant: nobody was ever told of these addresses. */
  strays = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      const tenant = String(request.headers['x-tenant']);
      const answer = this.#answers.get(tenant);
      if (answer === undefined) this.strays += 1;
      const n = this.requests(tenant) + 1;
      this.#counts.set(tenant, n);
      request.resume();
      response.on('error', () => undefined);
      if (answer === undefined) response.end();
      else answer(response, n, request);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  get url(): string {
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  answers(tenant: string, answer: Answer): void {
    this.#answers.set(tenant, answer);
    this.#counts.delete(tenant);
  }

  requests(tenant: string): number {
    return this.#counts.get(tenant) ?? 0;
  }

  /** The sandbox's connector, pointed here (or at another address). */
  connector(integrationType: string, baseUrl = () => this.url): Connector {
    return variant(integrationType, {
      auth: {
        authorise: (given) => {
          const { tenant_id } = given as { tenant_id: string };
          const secrets = { tenant_id };
          return Promise.resolve({ secrets, account: tenant_id, expiresAt: null });
        },
        access: ({ tenant_id }) => ({
          baseUrl: baseUrl(),
          headers: { 'x-tenant': String(tenant_id) },
        }),
      },
      connector: { overlapMs: 0 },
    });
  }
}

/** One page of a listing. */
export function page(records: readonly unknown[], next: string | null = null): string {
  return JSON.stringify({ records, next_cursor: next, has_more: next !== null });
}

/** Answers the records, as a listing's only page or those asked for by id. */
export function holding(records: () => readonly { id?: unknown }[]): Answer {
  return (response, _n, request) => {
    const ids = new URL(request.url ?? '/', 'http://host').searchParams.get('ids');
    const asked = ids === null ? null : new Set<unknown>(ids.split(','));
    response.end(page(records().filter(({ id }) => asked === null || asked.has(id))));
  };
}
