type Row = Record<string, unknown>;

/**
 * What the API serves beside what the platform holds, field by field where both have it under the same name. Answers
 * what differs, some twenty of it.
 */
export function differences(ours: Map<string, Row>, truth: Map<string, Row>): string[] {
  const found: string[] = [];
  for (const id of ours.keys()) if (!truth.has(id)) found.push(`${id}: not at the platform`);
  for (const [id, record] of truth) {
    const mine = ours.get(id);
    if (mine === undefined) found.push(`${id}: missing`);
    else found.push(...fieldDifferences(id, mine, record));
    if (found.length > 20) return found;
  }
  return found;
}

function fieldDifferences(path: string, mine: unknown, theirs: unknown): string[] {
  if (Array.isArray(theirs)) {
    const list = Array.isArray(mine) ? mine : [];
    if (list.length !== theirs.length) return [`${path}: ${list.length} of ${theirs.length} items`];
    return theirs.flatMap((each, n) => fieldDifferences(`${path}[${n}]`, list[n], each));
  }
  if (typeof theirs === 'object' && theirs !== null) {
    const fields = Object.entries(theirs).filter(
      ([field]) => field !== 'id' && field !== 'created_at',
    );
    return fields.flatMap(([field, value]) =>
      fieldDifferences(`${path}.${field}`, (mine as Row | undefined)?.[field], value),
    );
  }
  return (mine ?? null) === (theirs ?? null)
    ? []
    : [`${path}: ${JSON.stringify(mine)} instead of ${JSON.stringify(theirs)}`];
}
