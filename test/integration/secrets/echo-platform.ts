import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { variant } from '../../support/variants';
import { rootfiSandbox } from '../../../connectors/rootfi-sandbox/connector';
import type { Connector } from '../../../connectors/contract';

/** How the platform fails; what it says then holds everything it knows. */
export type Indiscretion =
  | { readonly status: number; readonly retryAfter?: string }
  | 'not-http'
  | 'html'
  | 'cut'
  | 'wrong-shape';

/**
 * The sandbox behind a door that talks: when told to, it answers with the credentials and the records it has seen, in
 * the body, the headers and the reason phrase, as careless platforms do.
 */
export interface EchoPlatform {
  readonly connector: Connector;
  /** Tokens that have been given out. */
  readonly tokens: ReadonlySet<string>;
  /** `token`: calls for tokens; `api`: all others. null = as the sandbox answers. */
  fail(where: 'token' | 'api', how: Indiscretion | null): void;
  close(): Promise<void>;
}

export async function startEchoPlatform(
  sandboxUrl: string,
  markers: readonly string[],
): Promise<EchoPlatform> {
  const tokens = new Set<string>();
  const failing: Record<'token' | 'api', Indiscretion | null> = { token: null, api: null };
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const isToken = request.url?.startsWith('/oauth') === true;
    const how = failing[isToken ? 'token' : 'api'];
    const all = [...tokens, ...markers, request.headers.authorization, request.url, body].join(' ');
    if (how !== null) {
      babble(response, how, all);
      return;
    }
    const real = await fetch(`${sandboxUrl}${request.url}`, {
      method: request.method ?? 'GET',
      headers: {
        'content-type': 'application/json',
        authorization: request.headers.authorization ?? '',
      },
      ...(body === '' ? {} : { body }),
    });
    const text = await real.text();
    for (const [token] of text.matchAll(/\b[ar]t_[\w-]{20,}/g)) tokens.add(token);
    const date = real.headers.get('date');
    response.writeHead(real.status, {
      'content-type': 'application/json',
      ...(date === null ? {} : { date }),
    });
    response.end(text);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    connector: connectorThrough(url),
    tokens,
    fail(where, how) {
      failing[where] = how;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function connectorThrough(sandboxUrl: string): Connector {
  const { auth } = rootfiSandbox;
  const settings = { sandboxUrl };
  return variant('ECHO', {
    auth: {
      authorise: (given, sendTo) => auth.authorise(given, sendTo, settings),
      access: (secrets) => auth.access(secrets, settings),
      renew: async (secrets, sendTo) => {
        if (auth.renew === undefined) throw new Error('the sandbox renews');
        return auth.renew(secrets, sendTo, settings);
      },
      revoke: async (secrets, sendTo) => auth.revoke?.(secrets, sendTo, settings),
    },
  });
}

function babble(response: ServerResponse, how: Indiscretion, all: string): void {
  const oneLine = all.replace(/[^\x21-\x7e]+/g, '_').slice(0, 4_000);
  if (how === 'not-http') {
    response.socket?.end(`HELLO ${all}\r\n\r\n`);
    return;
  }
  if (how === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100_000 });
    response.write(`{"records": [{"memo": ${JSON.stringify(all)}`, () => response.destroy());
    return;
  }
  if (how === 'html') {
    response.writeHead(200, { 'content-type': 'text/html', 'x-debug': oneLine });
    response.end(`<html><body>Token ${all} is not ...</body></html>`);
    return;
  }
  const error = { error: all, error_description: all, message: all, code: all, [oneLine]: all };
  if (how === 'wrong-shape') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...error, records: { text: all }, next_cursor: { all } }));
    return;
  }
  response.writeHead(how.status, oneLine.slice(0, 200), {
    'content-type': 'application/json',
    'x-debug': oneLine,
    'www-authenticate': `Bearer error="${oneLine}"`,
    location: `http://127.0.0.1:1/?token=${oneLine}`,
    ...(how.retryAfter === undefined ? {} : { 'retry-after': how.retryAfter }),
  });
  // The whole, and once more as an OAuth answer whose code is known.
  response.end(JSON.stringify(how.status === 400 ? { ...error, error: 'invalid_grant' } : error));
}
