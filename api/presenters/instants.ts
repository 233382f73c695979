/** Instants on the wire: ISO 8601, UTC, milliseconds. */
export function iso(at: Date): string {
  return at.toISOString();
}

export function isoOrNull(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}

/** The database writes "from the beginning" as year 1; on the wire that is null. */
export function isBeginning(at: Date): boolean {
  return at.getUTCFullYear() <= 1;
}

export function startOrNull(at: Date | null): string | null {
  return at === null || isBeginning(at) ? null : at.toISOString();
}
