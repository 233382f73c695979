/**
 * Milliseconds of a `Retry-After` header, given in seconds or as an HTTP date (RFC 9110 §10.2.3); null when there is
 * none or it cannot be read. A date counts from the platform's own clock where the answer shows it.
 */
export function retryAfterMs(value: string | undefined, platformNow: Date): number | null {
  if (value === undefined) return null;
  const trimmed = value.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.ceil(Number(trimmed) * 1_000);
  const at = Date.parse(trimmed);
  return Number.isNaN(at) ? null : Math.max(0, at - platformNow.getTime());
}
