import type { Connector, ObservedWindow, PlatformRequest } from '../connectors/contract';
import type { SeenAnswer } from '../connectors/engine/call';
import { PlatformError } from '../connectors/engine/errors';
import { redactPath, redactText } from '../core/redact';
import type { TakenPull } from '../store/begin';
import type { RequestEntry } from '../store/request-log';
import type { HeldAccess } from './access';

const LONGEST_PATH = 500;
const BODY_SHOWN = 500;

/** One call to a platform, as the log will tell of it. */
export interface NotedCall {
  /** Takes in what is seen of the answer. */
  readonly onAnswer: (seen: SeenAnswer) => void;
  /** What the answer said of the platform's limits; null before it, and of a platform that says nothing. */
  observed(): readonly ObservedWindow[] | null;
  /** The log's entry, once the call has ended: with this error, or well (null). */
  entry(error: unknown): RequestEntry;
}

export function noteCall(call: {
  readonly connector: Connector;
  readonly pull: TakenPull;
  readonly access: HeldAccess;
  readonly request: PlatformRequest;
  readonly at: Date;
}): NotedCall {
  const { connector, pull, request, at } = call;
  const { secrets } = call.access;
  const from = performance.now();
  let seen: SeenAnswer | null = null;
  let observed: readonly ObservedWindow[] | null = null;
  return {
    onAnswer(answer) {
      seen = answer;
      observed = connector.observeLimits?.(answer.headers) ?? null;
    },
    observed: () => observed,
    entry: (error) => ({
      connectionId: pull.connection.id,
      pullId: pull.id,
      at,
      method: request.method,
      path: shorten(redactPath(request.path, request.query ?? {}, secrets), LONGEST_PATH),
      status: seen?.status ?? null,
      ms: seen?.ms ?? Math.round(performance.now() - from),
      quotaRemaining: leastLeft(observed ?? []),
      bytes: seen?.bytes ?? null,
      error: error === null ? null : wordsOf(error),
      bodyStart: bodyStart(seen?.failureStart ?? null, secrets),
    }),
  };
}

/** Of the window that has least left, by the platform's own word. */
function leastLeft(observed: readonly ObservedWindow[]): number | null {
  const left = observed
    .filter(({ window }) => window !== 'concurrent')
    .map(({ remaining }) => remaining);
  return left.length === 0 ? null : Math.round(Math.min(...left));
}

/** The engine's errors hold codes and statuses, never what a platform said. */
function wordsOf(error: unknown): string {
  return error instanceof PlatformError ? error.message : 'The call was given up.';
}

/** Redacted before it is cut: what is cut off a token can no longer be known as one. */
function bodyStart(text: string | null, secrets: readonly string[]): string | null {
  if (text === null || text === '') return null;
  return shorten(storable(redactText(text, secrets)), BODY_SHOWN);
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : storable(`${text.slice(0, length - 1)}…`);
}

/** PostgreSQL takes neither NUL nor half a character, and people no other control characters. */
function storable(text: string): string {
  return Buffer.from(text.replace(/[\p{Cc}]+/gu, ' '), 'utf8').toString('utf8');
}
