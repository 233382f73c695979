import { isUtf8 } from 'node:buffer';
import { Agent, type Dispatcher, errors, request as send } from 'undici';
import type {
  Access,
  Connector,
  Headers,
  PlatformAnswer,
  PlatformErrorKind,
  PlatformRequest,
} from '../contract';
import { classifyAnswer } from './error-rules';
import { MalformedAnswerError, PlatformError } from './errors';
import { isObject } from './json';
import { retryAfterMs } from './retry-after';
import { checkTarget, guardedLookup } from './target-guard';

export interface CallOptions {
  /** Ends the call; the call then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Bound of the whole call, from connecting to the last byte. */
  readonly timeoutMs?: number;
  /** Whether targets named by users must be public addresses (production, unless configured otherwise). */
  readonly refusePrivateTargets?: boolean;
  /** Told of each answer, whatever is made of it then. */
  readonly onAnswer?: (seen: SeenAnswer) => void;
}

/** What is seen of an answer before it is judged. */
export interface SeenAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Until its last byte was read. */
  readonly ms: number;
  /** null: there were more than are read. */
  readonly bytes: number | null;
  /** Of an answer that tells of a failure or cannot be read: how its body begins, as it came. */
  readonly failureStart: string | null;
}

/** More than is shown of a failure: what looks like a secret is known by its end, too. */
const FAILURE_START_BYTES = 4_096;

const DEFAULT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * A page is a few megabytes at most; whatever is larger would rather take the worker down than be parsed: a text of
 * `{},{},…` takes twenty times its size once it is objects.
 */
const MAX_ANSWER_MB = 32;
const MAX_ANSWER_BYTES = MAX_ANSWER_MB * 1024 * 1024;
/** An error is told by its status, and what rules read beside it is short. The rest is not waited for. */
const MAX_ERROR_BYTES = 1024 * 1024;

const AGENT_OPTIONS = {
  headersTimeout: DEFAULT_TIMEOUT_MS,
  bodyTimeout: DEFAULT_TIMEOUT_MS,
  // Below the five seconds after which many servers close idle connections, so that they are not reused at that moment.
  keepAliveTimeout: 4_000,
} as const;
const openAgent = new Agent({ ...AGENT_OPTIONS, connect: { timeout: CONNECT_TIMEOUT_MS } });
const guardedAgent = new Agent({
  ...AGENT_OPTIONS,
  connect: { timeout: CONNECT_TIMEOUT_MS, lookup: guardedLookup },
});

/** Closes the connections kept open to platforms; at the end of a process. */
export async function closePlatformConnections(): Promise<void> {
  await Promise.all([openAgent.close(), guardedAgent.close()]);
}

/**
 * Sends one request and answers with parsed JSON. Throws `PlatformError` for everything else: no answer, an answer that
 * is cut or no JSON (`transient`), an answer that the connector's rules or the defaults take for an error.
 */
export async function callPlatform(
  connector: Connector,
  access: Access,
  request: PlatformRequest,
  options: CallOptions = {},
): Promise<PlatformAnswer> {
  const guarded = options.refusePrivateTargets === true && connector.targetFromUser === true;
  if (guarded) checkTarget(access.baseUrl);
  const what = `${connector.integrationType}: ${request.method} ${request.path}`;
  const startedAt = performance.now();
  const complete = access.complete?.(request) ?? request;
  const dispatcher = guarded ? guardedAgent : openAgent;
  const answer = await receive(what, { access, request: complete, options, dispatcher });
  const date = httpDate(answer.headers.date);
  const parsed = parseBody(answer);
  const body = 'value' in parsed ? parsed.value : null;
  const kind = classifyAnswer(connector.errorRules, { ...answer, body });
  options.onAnswer?.({
    status: answer.status,
    headers: answer.headers,
    ms: Math.round(performance.now() - startedAt),
    bytes: answer.bytes?.length ?? null,
    failureStart: kind === null && 'value' in parsed ? null : failureStart(answer),
  });
  if (kind !== null) {
    throw new PlatformError(kind, `${what} was answered with ${statusWords(answer.status, kind)}`, {
      status: answer.status,
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], date ?? new Date()),
    });
  }
  if (answer.bytes === null) {
    // The same request would bring the same: it is not repeated.
    const message = `${what} was answered with more than ${MAX_ANSWER_MB} MB`;
    throw new PlatformError('refused', message);
  }
  if ('flaw' in parsed) {
    throw new MalformedAnswerError(`${what} was answered ${parsed.flaw}`, {
      status: answer.status,
    });
  }
  return {
    status: answer.status,
    headers: answer.headers,
    body,
    date,
    ms: Math.round(performance.now() - startedAt),
    bytes: answer.bytes.length,
  };
}

function failureStart({ bytes }: RawAnswer): string | null {
  return bytes?.subarray(0, FAILURE_START_BYTES).toString('utf8') ?? null;
}

function statusWords(status: number, kind: PlatformErrorKind): string {
  if (kind !== 'refused' || status < 300 || status > 399) return `${status} (${kind})`;
  // It could lead anywhere, with the credentials in its luggage.
  return `a redirect (${status}), which is not followed`;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** null: more than is read of an answer of this status. */
  readonly bytes: Buffer | null;
}

interface Call {
  readonly access: Access;
  readonly request: PlatformRequest;
  readonly options: CallOptions;
  readonly dispatcher: Dispatcher;
}

async function receive(
  what: string,
  { access, request, options, dispatcher }: Call,
): Promise<RawAnswer> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  options.signal?.throwIfAborted();
  const controller = new AbortController();
  const onAbort = (): void => {
    controller.abort();
  };
  const timer = setTimeout(onAbort, timeoutMs);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const answer = await send(urlOf(access, request), {
      dispatcher,
      method: request.method,
      signal: controller.signal,
      ...payloadOf(access, request),
    });
    const limit = answer.statusCode >= 300 ? MAX_ERROR_BYTES : MAX_ANSWER_BYTES;
    const bytes = await readBytes(answer.body, limit);
    return { status: answer.statusCode, headers: plainHeaders(answer.headers), bytes };
  } catch (error) {
    // The caller's own wish to stop is no failure of the platform.
    options.signal?.throwIfAborted();
    // Of the target guard, when the name was resolved.
    if (error instanceof PlatformError) throw error;
    if (controller.signal.aborted) {
      throw new PlatformError('transient', `${what} was not answered within ${timeoutMs} ms`);
    }
    throw new PlatformError('transient', `${what} failed: ${wordsOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

function urlOf(access: Access, request: PlatformRequest): string {
  const query = new URLSearchParams(request.query).toString();
  return `${access.baseUrl}${request.path}${query === '' ? '' : `?${query}`}`;
}

function payloadOf(
  access: Access,
  request: PlatformRequest,
): { headers: Record<string, string>; body?: string } {
  const headers = {
    accept: 'application/json',
    // Without it any encoding may be sent (RFC 9110 §12.5.3), and what is small on the wire need not be so in memory.
    'accept-encoding': 'identity',
    'user-agent': 'syncline',
    ...access.headers,
  };
  if (request.form !== undefined) {
    return {
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(request.form).toString(),
    };
  }
  if (request.body === undefined) return { headers };
  return {
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(request.body),
  };
}

/** null: there is more than the limit; the rest is left unread and the connection is given up. */
async function readBytes(
  body: Dispatcher.ResponseData['body'],
  limit: number,
): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) throw new Error('the HTTP client gave something but bytes');
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) return null;
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Headers {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

/** A value, or what makes the body none. */
type ParsedBody = { readonly value: unknown } | { readonly flaw: string };

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * JSON is UTF-8 whatever the header says, and a mark before it may be passed over (RFC 8259 §8.1). Bytes that are not
 * UTF-8 are refused: decoded all the same, each would become U+FFFD, and names would be stored that nobody wrote.
 */
function parseBody({ status, headers, bytes }: RawAnswer): ParsedBody {
  if (bytes === null) return { flaw: 'with more than is read' };
  if (status === 204 && bytes.length === 0) return { value: null };
  const encoding = headers['content-encoding'] ?? 'identity';
  const isLabelled = encoding !== 'identity';
  const labelled = { flaw: `in the encoding ${encoding.slice(0, 20)}, which was not asked for` };
  // The bytes decide: Tryton labels some of its plain answers as gzip, and what is compressed is never UTF-8.
  if (!isUtf8(bytes)) return isLabelled ? labelled : { flaw: 'with something that is not UTF-8' };
  const hasMark = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK);
  try {
    return { value: JSON.parse(bytes.toString('utf8', hasMark ? 3 : 0)) };
  } catch {
    return isLabelled ? labelled : { flaw: 'with something that is not JSON' };
  }
}

function httpDate(value: string | undefined): Date | null {
  const at = Date.parse(value ?? '');
  return Number.isNaN(at) ? null : new Date(at);
}

/** Only the code: messages of the network layer may hold addresses with credentials in them. */
function wordsOf(error: unknown): string {
  if (error instanceof errors.HTTPParserError) return 'the answer is not HTTP';
  const code = isObject(error) && typeof error.code === 'string' ? error.code : 'connection lost';
  // https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes
  return /CERT|UNABLE_TO_VERIFY/.test(code) ? `the certificate is not valid (${code})` : code;
}
