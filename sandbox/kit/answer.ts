import type { Response } from 'express';

/** What a route has to say: a status and a body that is JSON text already. */
export interface Answer {
  status: number;
  body: string;
  headers?: readonly (readonly [string, string])[];
}

export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body) };
}

export function sendAnswer(res: Response, answer: Answer): void {
  res.end(writeHead(res, answer));
}

/** Promises the whole body, sends half of it and closes the connection as if that were all. */
export function sendTruncated(res: Response, answer: Answer): void {
  res.write(firstHalf(writeHead(res, answer)), () => res.socket?.end());
}

/** Sends half of the body and breaks the connection with a TCP reset. */
export function sendReset(res: Response, answer: Answer): void {
  res.write(firstHalf(writeHead(res, answer)), () => res.socket?.resetAndDestroy());
}

/** Sets everything but the body, and gives that as the bytes to send. */
function writeHead(res: Response, { status, body, headers = [] }: Answer): Buffer {
  const bytes = Buffer.from(body, 'utf8');
  for (const [name, value] of headers) res.setHeader(name, value);
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', bytes.length);
  res.status(status);
  return bytes;
}

function firstHalf(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

/** A refusal in the middle of a route; becomes the answer. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: { error: string; [detail: string]: unknown },
  ) {
    super(body.error);
  }
}
