import type { Answer } from './api';

/** A browser of the least kind: it keeps cookies, follows nothing by itself, and can sign in at the sandbox platform. */
export class Visitor {
  readonly #cookies = new Map<string, string>();

  constructor(readonly api: string) {}

  get cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Sends one request to our API. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer & { readonly location: string | null }> {
    const url = path.startsWith('http') ? path : `${this.api}${path}`;
    const answer = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#cookies.size === 0 ? {} : { cookie: this.cookies }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = pair.split('=');
      this.#cookies.set(name, value);
    }
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: answer.status,
      headers: answer.headers,
      body: isJson ? JSON.parse(text) : null,
      location: answer.headers.get('location'),
    };
  }
}

/** Goes through the sandbox's consent pages as a customer; answers the address that the browser is sent back to. */
export async function consentAt(
  authorizeUrl: string,
  given: { tenant: string; password?: string; decision?: 'allow' | 'deny' },
): Promise<string> {
  const signIn = await fetch(authorizeUrl, { redirect: 'manual' });
  const consent = await submit(authorizeUrl, 'sign-in', {
    ticket: await ticketOf(signIn),
    tenant_id: given.tenant,
    password: given.password ?? 'sandbox',
  });
  if (consent.status !== 200) throw new Error(`The sandbox signs nobody in: ${consent.status}`);
  const decided = await submit(authorizeUrl, 'decision', {
    ticket: await ticketOf(consent),
    decision: given.decision ?? 'allow',
  });
  const location = decided.headers.get('location');
  if (location === null) throw new Error(`The sandbox sends nobody back: ${decided.status}`);
  return location;
}

function submit(authorizeUrl: string, step: string, fields: Record<string, string>) {
  return fetch(new URL(`/oauth/authorize/${step}`, authorizeUrl), {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
}

async function ticketOf(answer: Response): Promise<string> {
  const ticket = /name="ticket" value="([\w-]+)"/.exec(await answer.text())?.[1];
  if (ticket === undefined) throw new Error(`No form on the sandbox's page: ${answer.status}`);
  return ticket;
}
