import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { invalid } from '../../core/errors';

/**
 * Answers what Node's parser refuses before there is a request (no HTTP, broken or too long headers, a body that never
 * came) in the form of every other error: the v3 client reads every answer as JSON. The connection ends with it.
 */
export function answerClientErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const [status, reason] = refusalOf(error.code);
    const { message, code, field } = invalid('request', reason);
    const requestId = randomUUID();
    const body = JSON.stringify({ error: { message, code, field, request_id: requestId } });
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'Connection: close',
        'Content-Type: application/json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        `X-Request-Id: ${requestId}`,
        '',
        body,
      ].join('\r\n'),
    );
  });
}

function refusalOf(code: string | undefined): [status: number, reason: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, 'Its path or headers are too long.'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'It was not sent to its end in time.'];
    default:
      return [400, 'It is not well-formed HTTP.'];
  }
}
