/** The development server inside the Temporal CLI, set up for two cores, and how to know it is up. */
import { connect as connectHttp2 } from 'node:http2';

/** What the workflows are tagged with, so that a person can search for them in Temporal Web UI. */
const SEARCH_ATTRIBUTES = ['ConnectionId', 'Platform', 'DataModel'];

/** Measured: the polling limits bring the time from signal to activity from 185 ms to 30 ms. */
const DYNAMIC_CONFIG = {
  'history.transferProcessorMaxPollRPS': 500,
  'history.timerProcessorMaxPollRPS': 500,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
};

/** Arguments of `temporal` for a server on 127.0.0.1. Without `dbFile` nothing outlives the process. */
export function temporalServerArgs({ port, uiPort, dbFile, namespace = 'default' }) {
  return [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--log-level',
    'warn',
    ...(uiPort ? ['--ui-port', String(uiPort), '--ui-disable-news-fetch'] : ['--headless']),
    ...(dbFile
      ? [
          '--db-filename',
          dbFile,
          '--sqlite-pragma',
          'journal_mode=WAL',
          '--sqlite-pragma',
          'synchronous=NORMAL',
        ]
      : []),
    ...(namespace === 'default' ? [] : ['--namespace', namespace]),
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]),
  ];
}

/**
 * Asks a Temporal frontend for a namespace, by plain gRPC over HTTP/2 so that nothing need be
 * installed. Resolves `'ok'`, `'no namespace'`, or rejects with why it cannot be reached.
 */
export async function askNamespace({ address, namespace, limitMs, tls }) {
  const name = Buffer.from(namespace, 'utf8');
  const message = Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const { status, text } = await callGrpc({
    address,
    limitMs,
    tls,
    message,
    path: '/temporal.api.workflowservice.v1.WorkflowService/DescribeNamespace',
  });
  if (status === 0) return 'ok';
  if (status === 5) return 'no namespace';
  throw new Error(text || `gRPC status ${status}`);
}

function callGrpc({ address, limitMs, tls, path, message }) {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`${tls ? 'https' : 'http'}://${address}`, tls ?? {});
    const end = (error, answer) => {
      clearTimeout(timer);
      session.destroy();
      if (error) reject(error);
      else resolve(answer);
    };
    const timer = setTimeout(() => end(new Error(`no answer within ${limitMs / 1000} s`)), limitMs);
    session.once('error', (error) => end(error));
    const request = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const finish = (headers) => {
      if (headers['grpc-status'] === undefined) return;
      end(null, {
        status: Number(headers['grpc-status']),
        text: decodeURIComponent(headers['grpc-message'] ?? ''),
      });
    };
    request.once('response', finish);
    request.once('trailers', finish);
    // When the connection fails its requests are cancelled first, with the real reason inside.
    request.once('error', (error) => end(error.cause ?? error));
    request.on('data', () => undefined);
    request.once('close', () =>
      setImmediate(() => end(new Error('what answers is not a Temporal server'))),
    );
    const head = Buffer.alloc(5);
    head.writeUInt32BE(message.length, 1);
    request.end(Buffer.concat([head, message]));
  });
}

/** Waits until the namespace is there, the server's process has ended, or the limit has passed. */
export async function waitForTemporal({
  address,
  namespace = 'default',
  child,
  signal,
  limitMs = 60_000,
}) {
  const until = Date.now() + limitMs;
  for (;;) {
    if (child && child.exitCode !== null)
      throw new Error('the Temporal server ended while starting');
    const answer = await askNamespace({ address, namespace, limitMs: 2_000 }).catch(
      (error) => error,
    );
    if (answer === 'ok') return;
    if (Date.now() > until)
      throw new Error(answer instanceof Error ? answer.message : String(answer));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
