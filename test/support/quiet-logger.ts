/** Says nothing: what Temporal's SDK logs is of no use to a test that passes. */
export const quietLogger = {
  log(): void {},
  trace(): void {},
  debug(): void {},
  info(): void {},
  warn(): void {},
  error(): void {},
};
