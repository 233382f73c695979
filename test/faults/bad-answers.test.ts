import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type Facts, facts, jobOf } from '../support/facts';
import { sideBySide } from '../support/side-by-side';
import { type EndedJob, entry, type Stack, startStack } from '../support/stack';
import { type Answer, HostilePlatform, page } from './hostile-platform';
import { until } from '../support/until';
import { SELF_SIGNED } from './self-signed';

/**
 * Answers that no platform should give: each ends in a typed error that says whose fault it is, in a bounded time and
 * with bounded memory, and is nobody's business but its own connection's.
 */

jest.setTimeout(120_000);

const MB = 1024 * 1024;
const ATTEMPTS = 10;

/** What the answer is, the answer, and what the job says of it. */
type Row = readonly [string, Answer, RegExp];

const platform = new HostilePlatform();
const tls = createTlsServer({ ...SELF_SIGNED }, (_request, response) => {
  tlsRequests += 1;
  response.end(page([]));
});
let tlsRequests = 0;
let stack: Stack;
/** Waits long for an answer: how large one is shall decide there, not how fast a busy machine sends 32 MB. */
let patient: Stack;
let look: Facts;
let failedJob: (row: Row) => Promise<EndedJob>;
let refusedJob: (row: Row) => Promise<EndedJob>;

beforeAll(async () => {
  await platform.start();
  await new Promise<void>((done) => tls.listen(0, '127.0.0.1', done));
  const { port } = tls.address() as AddressInfo;
  stack = await startStack({
    connectors: [
      platform.connector('HOSTILE'),
      platform.connector('UNTRUSTED', () => `https://127.0.0.1:${port}`),
    ],
    callTimeoutMs: 2_000,
  });
  look = facts(stack);
  // The first sync of a process is slow; a crowd of first ones would wait too long for connections of the database.
  await look.synced('first', { seed: { invoices: 1 } }, [entry('INVOICES')]);
  patient = await startStack({
    connectors: [platform.connector('HOSTILE')],
    callTimeoutMs: 60_000,
  });
  failedJob = sideBySide(UNUSABLE, 8, ([name, answer]) => firstSync(name, answer));
  refusedJob = sideBySide(REFUSED, 2, ([name, answer]) => firstSync(name, answer, { on: patient }));
});
afterAll(async () => {
  await patient.close();
  await stack.close();
  await platform.close();
  tls.closeAllConnections();
  await new Promise((done) => tls.close(done));
});

/** The initial sync of a new connection that is answered so. */
async function firstSync(
  tenant: string,
  answer: Answer,
  { connector = 'HOSTILE', on = stack } = {},
): Promise<EndedJob> {
  platform.answers(tenant, answer);
  const id = await on.connect(tenant, [entry('INVOICES')], { platform: connector });
  const job = jobOf(await on.endedOf(id, { trigger: 'initial' }, 90_000), 'INVOICES');
  const lookThere = facts(on);
  expect((await lookThere.connection(id)).status).toBe('HEALTHY');
  if (job.state === 'FAILED') expect((await lookThere.model(id, 'INVOICES')).watermark).toBeNull();
  return job;
}

const says =
  (body: string | Buffer, headers: Record<string, string> = {}, status = 200): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body);

/** Bytes on the connection, as they are. */
const raw =
  (text: string): Answer =>
  (response) => {
    response.socket?.end(text);
  };

/** Sends pieces for as long as the other side takes them. */
function streams(piece: Buffer, atMostBytes = Number.POSITIVE_INFINITY): Answer {
  return (response) => {
    let sent = 0;
    const send = () => {
      while (sent < atMostBytes && !response.destroyed) {
        sent += piece.length;
        if (!response.write(piece)) return;
      }
      if (!response.destroyed) response.end();
    };
    response.on('drain', send);
    send();
  };
}

/** A byte now and then, and never the last. */
const drips: Answer = (response) => {
  response.writeHead(200);
  const dripping = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(dripping));
};

const latin1 = Buffer.from(page([{ id: 'i1', memo: 'Café' }]), 'latin1');
const utf16 = Buffer.from(`\ufeff${page([{ id: 'i1' }])}`, 'utf16le');
/** A few megabytes, three gigabytes once inflated: members of gzip files simply follow each other. */
const bomb = Buffer.concat(Array<Buffer>(300).fill(gzipSync(Buffer.alloc(10 * MB, 32))));
const json = 'application/json';
const DRIPPING = 'a body that never ends, drop by drop';

/** Tried ten times and given up. */
const UNUSABLE: readonly Row[] = [
  [DRIPPING, drips, /not answered within 2000 ms/],
  ['JSON that is a list', says('[]'), /answer is not an object/],
  ['JSON that is null', says('null'), /answer is not an object/],
  ['JSON that is a text', says('"records"'), /answer is not an object/],
  ['an object without the list', says('{"data":[]}'), /no list "records"/],
  ['a list that is an object', says('{"records":{},"has_more":false}'), /no list "records"/],
  ['no end marker', says('{"records":[]}'), /neither "next_cursor" nor that it ends/],
  ['a cursor that is a number', says('{"records":[],"has_more":true,"next_cursor":7}'), /neither/],
  ['an end marker that is a text', says('{"records":[],"has_more":"false"}'), /neither/],
  ['HTML with status 200', says('<html>Sorry</html>', { 'content-type': 'text/html' }), /not JSON/],
  ['nothing at all', says(''), /not JSON/],
  ['half a JSON text', says('{"records":[{"id":"i1"}'), /not JSON/],
  ['two JSON texts', says('{"records":[],"has_more":false}{}'), /not JSON/],
  ['ISO 8859-1', says(latin1), /not UTF-8/],
  [
    'ISO 8859-1 that says so',
    says(latin1, { 'content-type': `${json}; charset=iso-8859-1` }),
    /not UTF-8/,
  ],
  ['UTF-16', says(utf16, { 'content-type': `${json}; charset=utf-16` }), /not UTF-8/],
  ['a gzip bomb', says(bomb, { 'content-encoding': 'gzip' }), /encoding gzip/],
  [
    'a deflate bomb',
    says(deflateSync(Buffer.alloc(64 * MB, 32)), { 'content-encoding': 'deflate' }),
    /encoding deflate/,
  ],
  [
    'a brotli bomb',
    says(brotliCompressSync(Buffer.alloc(16 * MB, 32)), { 'content-encoding': 'br' }),
    /encoding br/,
  ],
  ['a bomb that does not say so', says(bomb), /not UTF-8/],
  ['nothing for ever', () => undefined, /not answered within 2000 ms/],
  [
    'headers without end',
    raw(`HTTP/1.1 200 OK\r\nx-much: ${'x'.repeat(200_000)}\r\n\r\n{}`),
    /UND_ERR_HEADERS_OVERFLOW/,
  ],
  ['no HTTP', raw('220 mail.example ESMTP\r\n'), /not HTTP/],
  ['a status line and no more', raw('HTTP/1.1 200 OK\r\n'), /failed/],
  [
    'a body longer than it says',
    raw(`HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n${page([{ id: 'i1' }])}`),
    /not JSON|not HTTP|UND_ERR/,
  ],
  [
    'a body shorter than it says',
    raw(`HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n${page([{ id: 'i1' }])}`),
    /failed/,
  ],
  [
    'a length that is no number',
    raw('HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n{}'),
    /not HTTP/,
  ],
  [
    'two lengths at once',
    raw(
      'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    ),
    /not HTTP|UND_ERR|not an object|no list/,
  ],
  [
    'a broken chunk',
    raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}'),
    /not HTTP/,
  ],
  ['a status that HTTP does not know', says('{}', {}, 999), /answered with 999/],
  [
    'a status 500 with a body without end',
    (response, n, request) => {
      response.writeHead(500);
      streams(Buffer.alloc(MB, 32))(response, n, request);
    },
    /answered with 500/,
  ],
  [
    'a cursor that leads to itself',
    says(page([{ id: 'i1', memo: 'm' }], 'again')),
    /same cursor it was asked for/,
  ],
];

/** Not tried again, as the same would come. */
const REFUSED: readonly Row[] = [
  ['300 MB', streams(Buffer.alloc(MB, 32), 300 * MB), /more than 32 MB/],
  ['a body without end', streams(Buffer.alloc(MB, 32)), /more than 32 MB/],
  [
    'a redirect to another address',
    (response) => response.writeHead(302, { location: `${platform.url}/inside` }).end(),
    /redirect \(302\)/,
  ],
  [
    'a redirect to itself',
    (response, _n, request) => response.writeHead(307, { location: request.url }).end(),
    /redirect \(307\)/,
  ],
  [
    'a status 304',
    (response) => response.writeHead(304).end(),
    /redirect \(304\)|answered with 304/,
  ],
];

const named = (rows: readonly Row[]) => rows.map((row) => [row[0], row] as const);

test('a good platform is synced meanwhile as if nothing were', async () => {
  const seed = { seed: { invoices: 30 }, page_size: 10 };
  const id = await look.synced('good', seed, [entry('INVOICES')]);
  expect(await look.liveIds(id, 'INVOICES')).toEqual(await look.truthIds('good', 'invoices'));
  // The worst of the others had not ended yet.
  expect(platform.requests(DRIPPING)).toBeLessThan(ATTEMPTS);
});

test.each(named(UNUSABLE))('%s: ten attempts, and the platform is to blame', async (name, row) => {
  const job = await failedJob(row);
  expect(job).toMatchObject({ state: 'FAILED', errorCode: 'platform-unavailable' });
  expect(job.errorMessage).toMatch(/^10 attempts in a row failed; the last: /);
  expect(job.errorMessage).toMatch(row[2]);
  // A first page may have come before.
  expect(platform.requests(name)).toBeGreaterThanOrEqual(ATTEMPTS);
  expect(platform.requests(name)).toBeLessThanOrEqual(ATTEMPTS + 1);
});

test.each(named(REFUSED))('%s: refused at once', async (name, row) => {
  const job = await refusedJob(row);
  expect(job).toMatchObject({ state: 'FAILED', errorCode: 'platform-denied' });
  expect(job.errorMessage).toMatch(row[2]);
  expect(platform.requests(name)).toBe(1);
  expect(platform.strays).toBe(0);
});

test('a certificate that nobody has signed: nothing is sent', async () => {
  const job = await firstSync('untrusted', says('{}'), { connector: 'UNTRUSTED' });
  expect(job).toMatchObject({ state: 'FAILED', errorCode: 'platform-unavailable' });
  expect(job.errorMessage).toMatch(/certificate is not valid \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
  expect(tlsRequests).toBe(0);
});

describe('a listing without end', () => {
  const rows = (from: number) =>
    Array.from({ length: 500 }, (_none, n) => ({ id: `i${from + n}`, memo: 'm' }));
  const token = (request: { url?: string | undefined }) =>
    new URL(request.url ?? '/', 'http://host').searchParams.get('cursor');

  it.each<[string, Answer]>([
    [
      'of pages that lead to each other',
      (response, _n, request) => {
        const next = { a: 'b', b: 'c', c: 'a' }[token(request) ?? 'c'] ?? 'a';
        response.end(page(rows(next.charCodeAt(0) * 1_000), next));
      },
    ],
    [
      'of the same rows under ever new cursors',
      (response, n) => void response.end(page(rows(0), `cursor ${n}`)),
    ],
    [
      'of the same rows in ever new pages',
      (response, n) => void response.end(page(rows(0).slice(n % 7), `cursor ${n}`)),
    ],
    [
      'of the same bad records',
      (response, n) => {
        const bad = rows(0).map((row) => ({ ...row, total_amount: 'much' }));
        response.end(page([...bad, { id: 'good' }], `cursor ${n}`));
      },
    ],
  ])('%s fails, once it has shown far more than there is', async (name, answer) => {
    const job = await firstSync(name, answer);
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'no-progress' });
    expect(job.errorMessage).toContain('goes round');
    expect(platform.requests(name)).toBeLessThan(100);
  });

  it('of empty pages fails as well', async () => {
    await stack.stopWorker();
    platform.answers('empty', (response, n) => void response.end(page([], `cursor ${n}`)));
    const id = await stack.connect('empty', [entry('INVOICES')], { platform: 'HOSTILE' });
    // As if it had gone on for an hour: the first page is the ten thousandth.
    stack.points.on('after-begin', { connectionId: id }, async () => {
      throw new Error('Begun, and no more');
    });
    await stack.startWorker();
    const [pull] = await until('the pull', 20_000, async () => {
      const pulls = await look.pulls(id, 'INVOICES');
      return pulls.length > 0 ? pulls : null;
    });
    await stack.database.db.prisma.pull.update({
      where: { id: pull?.id ?? 0n },
      data: { listingPage: 9_990, pages: 9_990 },
    });
    const job = jobOf(await stack.endedOf(id, { trigger: 'initial' }, 60_000), 'INVOICES');
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'no-progress' });
    expect(platform.requests('empty')).toBeLessThan(100);
  });
});

describe('memory', () => {
  /** How much more is held at a time while it works than before, in megabytes. */
  const growth = async (work: () => Promise<unknown>) => {
    const held = () => {
      const { heapUsed, external } = process.memoryUsage();
      return (heapUsed + external) / MB;
    };
    const before = held();
    let peak = before;
    const looking = setInterval(() => {
      peak = Math.max(peak, held());
    }, 5);
    await work();
    clearInterval(looking);
    return peak - before;
  };

  it.each<[string, Answer]>([
    ['300 MB', streams(Buffer.alloc(MB, 32), 300 * MB)],
    ['a bomb of three gigabytes', says(bomb, { 'content-encoding': 'gzip' })],
  ])('is not taken by %s', async (name, answer) => {
    expect(await growth(() => firstSync(`memory of ${name}`, answer))).toBeLessThan(150);
  });

  it('of a page of a hundred thousand rows and more is bounded', async () => {
    const rows = Buffer.from(page(Array(150_000).fill({})));
    const job = await firstSync('rows', says(rows), { on: patient });
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'platform-denied' });
    expect(job.errorMessage).toContain('more than 100000 records in one page');
  });
});

describe('a question by ids that is not answered', () => {
  const all = Array.from({ length: 30 }, (_none, n) => ({ id: `i${n}`, memo: 'm' }));
  const listed = all.slice(0, 29);
  const url = (request: { url?: string | undefined }) => new URL(request.url ?? '/', 'http://host');

  it.each<[string, string, RegExp]>([
    ['with a page of the list instead', page(listed.slice(0, 10)), /not asked for/],
    ['with other rows', page([{ id: 'other' }]), /not asked for/],
    ['with a row that has no id', page([{ memo: 'm' }]), /no readable id/],
    ['with the first of several pages', page([], 'more'), /a part of the rows/],
    ['without the list', '{}', /no list "records"/],
    ['with an object for the list', '{"records":{},"has_more":false}', /no list "records"/],
    ['with HTML', '<html>Welcome</html>', /not JSON/],
    ['with nothing', '', /not JSON/],
  ])('%s deletes nothing', async (name, answer, words) => {
    const tenant = `asked: ${name}`;
    let held = all;
    platform.answers(tenant, (response, _n, request) => {
      response.end(url(request).searchParams.has('ids') ? answer : page(held));
    });
    const id = await stack.connect(tenant, [entry('INVOICES')], { platform: 'HOSTILE' });
    await stack.endedOf(id, { trigger: 'initial' });
    const before = (await look.model(id, 'INVOICES')).watermark;
    held = listed;
    const job = jobOf(await stack.ended(await stack.sync(id, { mode: 'full' })), 'INVOICES');
    expect(job).toMatchObject({
      state: 'FAILED',
      errorCode: 'platform-unavailable',
      counts: { deleted: 0 },
    });
    expect(job.errorMessage).toMatch(words);
    expect(await look.liveIds(id, 'INVOICES')).toHaveLength(30);
    expect((await look.model(id, 'INVOICES')).watermark).toEqual(before);
  });
});

/** What platforms say of their limits beside a good answer is believed as far as it makes sense. */
test.each<[string, Record<string, string>]>([
  ['a limit of nothing', { limit: '0', remaining: '0', reset: '0' }],
  ['a limit beyond counting', { limit: '9'.repeat(400), remaining: '0', reset: '1' }],
  ['a remainder beyond counting', { limit: '5', remaining: '9'.repeat(400), reset: '1' }],
  ['a reset in another age', { limit: '1000', remaining: '999', reset: '9'.repeat(400) }],
  ['words', { limit: 'many', remaining: 'enough', reset: 'soon' }],
  ['a number below nothing', { limit: '-1', remaining: '-1', reset: '-1' }],
])('%s among the limits stops no sync', async (name, limits) => {
  const headers = Object.fromEntries(
    Object.entries(limits).map(([what, value]) => [`x-ratelimit-second-${what}`, value]),
  );
  const tenant = `limits: ${name}`;
  platform.answers(tenant, says(page([{ id: 'i1', memo: 'm' }]), headers));
  const id = await stack.connect(tenant, [entry('INVOICES')], { platform: 'HOSTILE' });
  await stack.endedOf(id, { trigger: 'initial' });
  for (let again = 0; again < 2; again += 1) {
    const job = jobOf(await stack.ended(await stack.sync(id, { mode: 'full' })), 'INVOICES');
    expect(job).toMatchObject({ state: 'SUCCESS', counts: { fetched: 1 } });
  }
});
