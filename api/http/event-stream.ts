import type { Request, Response } from 'express';
import { z } from 'zod';

/** One event of a stream; `data` is sent as JSON. */
export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
}

/**
 * What a route answers in place of JSON to keep its caller informed: whoever listens is told until it leaves, or until
 * the feed itself calls `end`.
 */
export class EventFeed {
  constructor(
    /** Begins to tell; answers how to leave. */
    readonly listen: (tell: (event: StreamEvent) => void, end: () => void) => () => void,
  ) {}
}

/** The response schema of such a route, for the API document. */
export function eventStream(example: string) {
  return z.instanceof(EventFeed).meta({ override: { type: 'string', example } });
}

/** Proxies close what says nothing for half a minute or so. */
const PING_EVERY_MS = 15_000;
/** A browser comes again by itself, and has to show then that it is still signed in. */
const LONGEST_MS = 5 * 60_000;
/** Of someone who does not read; past this it is let go. */
const MAX_WAITING_BYTES = 64 * 1024;

/** Answers with `text/event-stream` for as long as the caller stays, five minutes at most. */
export function sendEvents(request: Request, response: Response, feed: EventFeed): void {
  response.setHeader('Content-Type', 'text/event-stream');
  response.setHeader('Cache-Control', 'no-cache, no-transform');
  // nginx would gather events until its buffer is full.
  response.setHeader('X-Accel-Buffering', 'no');
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const end = () => response.end();
  const write = (text: string) => {
    if (response.writableEnded || response.destroyed) return;
    response.write(text);
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
  };
  const ping = setInterval(() => write(': ping\n\n'), PING_EVERY_MS);
  const longest = setTimeout(end, LONGEST_MS);
  const leave = feed.listen(
    ({ event, data }) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    end,
  );
  const leaveForGood = () => {
    clearInterval(ping);
    clearTimeout(longest);
    leave();
  };
  response.on('close', leaveForGood);
  // It may have closed while the route was at work, and says so once only.
  if (response.closed) leaveForGood();
  // Sent at once: until then the browser does not count the stream as open.
  write(': open\n\n');
}
