/** No window of a platform's limits is longer; whoever says more would have a sync wait for ever. */
const MOST_MS = 86_400_000;

/**
 * Milliseconds of a `Retry-After` header, given in seconds or as an HTTP date (RFC 9110 §10.2.3); null when there is
 * none or it cannot be read; a day at most. A date counts from the platform's own clock where the answer shows it.
 */
export function retryAfterMs(value: string | undefined, platformNow: Date): number | null {
  if (value === undefined) return null;
  const trimmed = value.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) {
    return Math.min(MOST_MS, Math.ceil(Number(trimmed) * 1_000));
  }
  const at = Date.parse(trimmed);
  return Number.isNaN(at) ? null : Math.min(MOST_MS, Math.max(0, at - platformNow.getTime()));
}
