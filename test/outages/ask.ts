import { request } from 'node:http';

/** Longer than any caller should wait; an answer that takes this long is a fault. */
const PATIENCE_MS = 20_000;

/** How a request to the API came out. */
export interface Answer {
  readonly what: string;
  readonly startedAt: number;
  readonly ms: number;
  /** 0 = no answer at all. */
  readonly status: number;
  /** The body, parsed; where there was no answer, the code of the error. */
  readonly body: unknown;
}

/** One request on a connection of its own: what an earlier one left behind cannot break it. Never rejects. */
export function ask(
  url: string,
  what: { method?: string; path: string; key?: string; idempotencyKey?: string; body?: object },
): Promise<Answer> {
  const { method = 'GET', path, key, idempotencyKey, body } = what;
  const startedAt = Date.now();
  const name = `${method} ${path.split('?')[0]}`;
  return new Promise((resolve) => {
    const answer = (status: number, content: unknown) =>
      resolve({ what: name, startedAt, ms: Date.now() - startedAt, status, body: content });
    const asked = request(
      `${url}${path}`,
      {
        method,
        agent: false,
        timeout: PATIENCE_MS,
        headers: {
          ...(key === undefined ? {} : { api_key: key }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('error', (error: NodeJS.ErrnoException) => answer(0, error.code));
        response.on('end', () => answer(response.statusCode ?? 0, parse(text)));
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', (error: NodeJS.ErrnoException) => answer(0, error.code ?? error.message));
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
