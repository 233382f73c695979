import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Connector } from '../contract';
import { type CallOptions, callPlatform, closePlatformConnections } from './call';
import { MalformedAnswerError, PlatformError } from './errors';

const connector: Connector = {
  integrationType: 'TEST',
  name: 'Test',
  category: 'ACCOUNTING',
  version: 1,
  credentials: z.unknown(),
  fields: [],
  auth: {
    authorise: () => Promise.reject(new Error('unused')),
    access: () => ({ baseUrl: '', headers: {} }),
  },
  limits: { windows: {}, counting: 'rolling' },
  errorRules: [{ status: 410, kind: 'cursor-expired' }],
  streams: {},
};

let server: Server;
let answer: RequestListener;
let received: IncomingMessage | null = null;
let receivedBody = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    received = request;
    receivedBody = '';
    request.on('data', (chunk) => {
      receivedBody += String(chunk);
    });
    request.on('end', () => answer(request, response));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

afterAll(async () => {
  await closePlatformConnections();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

function baseUrl(): string {
  const address = server.address() as AddressInfo;
  return `http://127.0.0.1:${address.port}`;
}

const TOKEN = 'token-that-must-not-leak';

function call(
  options: CallOptions = {},
  { request = {}, to = connector }: { request?: object; to?: Connector } = {},
) {
  return callPlatform(
    to,
    { baseUrl: baseUrl(), headers: { authorization: `Bearer ${TOKEN}` } },
    { method: 'GET', path: '/things', query: { secret: 'query-secret', 'a b': 'ü&' }, ...request },
    options,
  );
}

async function failure(calling: Promise<unknown>): Promise<PlatformError> {
  const error = await calling.then(
    () => new Error('no failure'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PlatformError)) throw error;
  expect(`${error.message} ${error.stack}`).not.toMatch(/must-not-leak|query-secret|body-secret/);
  return error;
}

describe('callPlatform', () => {
  it('sends method, query, headers and JSON body, and answers parsed JSON with the platform clock', async () => {
    answer = (_request, response) => {
      response.setHeader('Date', 'Sun, 01 Mar 2026 10:00:00 GMT');
      response.setHeader('X-Limit', '5');
      response.end('{"a":[1]}');
    };
    const got = await call({}, { request: { method: 'POST', body: { x: 1 } } });
    expect(got).toMatchObject({
      status: 200,
      body: { a: [1] },
      date: new Date('2026-03-01T10:00:00Z'),
      bytes: 9,
    });
    expect(got.headers['x-limit']).toBe('5');
    expect(received?.method).toBe('POST');
    expect(received?.url).toBe('/things?secret=query-secret&a+b=%C3%BC%26');
    expect(received?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      'accept-encoding': 'identity',
    });
    expect(receivedBody).toBe('{"x":1}');
  });

  it('sends forms', async () => {
    answer = (_request, response) => response.end('{}');
    await call({}, { request: { method: 'POST', form: { grant: 'a b' } } });
    expect(received?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(receivedBody).toBe('grant=a+b');
  });

  it('takes 204 for null', async () => {
    answer = (_request, response) => response.writeHead(204).end();
    expect((await call()).body).toBeNull();
  });

  it.each([
    [401, 'unauthorised'],
    [410, 'cursor-expired'],
    [500, 'transient'],
    [400, 'refused'],
  ])('turns %i into %s without showing the body', async (status, kind) => {
    answer = (_request, response) => response.writeHead(status).end('{"detail":"body-secret"}');
    expect(await failure(call())).toMatchObject({ kind, status, retryAfterMs: null });
  });

  it('classifies an error page that is not JSON by its status', async () => {
    answer = (_request, response) => response.writeHead(502).end('<html>body-secret');
    expect(await failure(call())).toMatchObject({ kind: 'transient', status: 502 });
  });

  it('tells an error by its status though its body never ends, and gives the connection up', async () => {
    const closed = new Promise((done) => {
      answer = (_request, response) => {
        const send = (): void => {
          while (response.write(Buffer.alloc(100_000, 32)));
        };
        response.writeHead(500).on('drain', send).on('close', done);
        send();
      };
    });
    expect(await failure(call())).toMatchObject({ kind: 'transient', status: 500 });
    await closed;
  });

  it('reads no more than 32 MB of an answer, and does not ask for it again', async () => {
    let sent = 0;
    const closed = new Promise((done) => {
      answer = (_request, response) => {
        const send = (): void => {
          do sent += 1_000_000;
          while (response.write(Buffer.alloc(1_000_000, 32)));
        };
        response.writeHead(200).on('drain', send).on('close', done);
        send();
      };
    });
    const error = await failure(call());
    expect(error.kind).toBe('refused');
    expect(error.message).toContain('more than 32 MB');
    await closed;
    expect(sent).toBeLessThan(60_000_000);
  });

  it('reads Retry-After in seconds, and as a date by the clock of the platform', async () => {
    answer = (_request, response) => response.writeHead(429, { 'Retry-After': '7' }).end('{}');
    expect(await failure(call())).toMatchObject({ kind: 'rate-limited', retryAfterMs: 7_000 });
    answer = (_request, response) =>
      response
        .writeHead(503, {
          Date: 'Sun, 01 Mar 2026 10:00:00 GMT',
          'Retry-After': 'Sun, 01 Mar 2026 10:01:00 GMT',
        })
        .end();
    expect(await failure(call())).toMatchObject({ kind: 'rate-limited', retryAfterMs: 60_000 });
  });

  it.each([
    ['HTML', '<html>hello</html>'],
    ['half of a JSON text', '{"records": [1, 2'],
    ['nothing', ''],
  ])('takes a 200 with %s for malformed, which is transient', async (_name, body) => {
    answer = (_request, response) => response.end(body);
    const error = await failure(call());
    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect(error.kind).toBe('transient');
  });

  it('refuses bytes that are not UTF-8, whatever the header says, instead of storing what nobody wrote', async () => {
    const text = '{"name":"Café"}';
    for (const body of [Buffer.from(text, 'latin1'), Buffer.from(`\ufeff${text}`, 'utf16le')]) {
      answer = (_request, response) =>
        response.setHeader('content-type', 'application/json; charset=iso-8859-1').end(body);
      const error = await failure(call());
      expect(error).toBeInstanceOf(MalformedAnswerError);
      expect(error.message).toContain('not UTF-8');
    }
  });

  it('reads an answer that is plain, whatever encoding it is said to have', async () => {
    answer = (_request, response) => response.setHeader('content-encoding', 'gzip').end('{"a":1}');
    expect((await call({})).body).toEqual({ a: 1 });
  });

  it('asks for no encoding, and inflates none that comes all the same', async () => {
    answer = (_request, response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync('{}'));
    const error = await failure(call());
    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect(error.message).toContain('in the encoding gzip, which was not asked for');
  });

  it('passes over a byte order mark', async () => {
    answer = (_request, response) => response.end('\ufeff{"name":"Café"}');
    expect((await call()).body).toEqual({ name: 'Café' });
  });

  it('takes a cut body for transient', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{"records": []}');
      setTimeout(() => response.destroy(), 20);
    };
    expect(await failure(call())).toMatchObject({ kind: 'transient', status: null });
  });

  it('takes a reset and a refused connection for transient', async () => {
    answer = (request) => request.socket.destroy();
    expect(await failure(call())).toMatchObject({ kind: 'transient' });
    const nowhere = callPlatform(
      connector,
      { baseUrl: 'http://127.0.0.1:1', headers: {} },
      { method: 'GET', path: '/' },
    );
    expect((await failure(nowhere)).message).toContain('ECONNREFUSED');
  });

  it('gives up when the whole call takes too long, also in the middle of the body', async () => {
    answer = () => undefined;
    expect((await failure(call({ timeoutMs: 50 }))).message).toContain('50 ms');
    answer = (_request, response) => {
      response.writeHead(200);
      response.write('{');
    };
    expect(await failure(call({ timeoutMs: 50 }))).toMatchObject({ kind: 'transient' });
  });

  it("throws the caller's own reason when it is told to stop", async () => {
    answer = () => undefined;
    const controller = new AbortController();
    const calling = call({ signal: controller.signal });
    setTimeout(() => controller.abort(new Error('stopping')), 20);
    await expect(calling).rejects.toThrow('stopping');
    await expect(call({ signal: controller.signal })).rejects.toThrow('stopping');
  });

  it('does not follow redirects, which could lead anywhere', async () => {
    answer = (_request, response) => response.writeHead(302, { Location: '/elsewhere' }).end();
    const error = await failure(call());
    expect(error).toMatchObject({ kind: 'refused', status: 302 });
    expect(error.message).toContain('a redirect (302), which is not followed');
  });

  it('refuses private targets that a user named, where the installation says so', async () => {
    answer = (_request, response) => response.end('{}');
    const named = { ...connector, targetFromUser: true };
    const options = { refusePrivateTargets: true };
    received = null;
    expect(await failure(call(options, { to: named }))).toMatchObject({ kind: 'refused' });
    const byName = callPlatform(
      named,
      { baseUrl: baseUrl().replace('127.0.0.1', 'localhost'), headers: {} },
      { method: 'GET', path: '/' },
      options,
    );
    expect(await failure(byName)).toMatchObject({ kind: 'refused' });
    expect(received).toBeNull();
    expect((await call(options)).status).toBe(200);
    expect((await call({}, { to: named })).status).toBe(200);
  });
});
