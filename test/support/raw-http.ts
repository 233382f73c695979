import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';

/** Requests as an attacker writes them: nothing is escaped, corrected or added on the way. */

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly ms: number;
}

export interface RawAsk {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

/** One request whose path goes out as it stands. Fails where no whole answer has come within `limitMs`. */
export function sendRaw(url: string, ask: RawAsk, limitMs: number): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        hostname,
        port,
        method: ask.method,
        path: ask.path,
        headers: {
          ...(ask.body === undefined ? {} : { 'content-length': Buffer.byteLength(ask.body) }),
          ...ask.headers,
        },
        // A connection of its own: what one row does to its connection must not meet the next.
        agent: false,
        signal: AbortSignal.timeout(limitMs),
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string>,
            text: Buffer.concat(parts).toString(),
            ms: performance.now() - startedAt,
          });
        });
      },
    );
    request.on('error', reject);
    // A refused body is answered before it is read to its end.
    request.end(ask.body);
  });
}

/** Bytes that need not be HTTP at all; what comes back until the server closes the connection. */
export function sendBytes(url: string, bytes: string, limitMs: number): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    const parts: Buffer[] = [];
    const timer = setTimeout(() => socket.destroy(new Error(`No end in ${limitMs} ms`)), limitMs);
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ ...parsed(Buffer.concat(parts).toString()), ms: performance.now() - startedAt });
    });
  });
}

function parsed(answer: string): Omit<RawAnswer, 'ms'> {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
  return { status: Number(first.split(' ')[1] ?? 0), headers, text: rest.join('\r\n\r\n') };
}
