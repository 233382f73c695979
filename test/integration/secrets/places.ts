import type { Client } from '@temporalio/client';
import type { Database } from '../../../store/database';

/** A text that was found, and where. */
export interface Piece {
  readonly where: string;
  readonly text: string;
}

/** Where any of `secrets` stands in the pieces; each find is told with the beginning of what it stands in. */
export function findsOf(pieces: readonly Piece[], secrets: readonly string[]): string[] {
  return pieces.flatMap(({ where, text }) =>
    secrets
      .filter((secret) => text.includes(secret))
      .map((secret) => {
        const at = text.indexOf(secret);
        return `${where}: ${secret} in …${text.slice(Math.max(0, at - 200), at + 80)}…`;
      }),
  );
}

/** Columns that hold what they hold on purpose: the records themselves. */
const MEANT = ['records.data', 'records.raw', 'quarantined_records.raw'];

/** Every column of every table as text, one piece for each row; bytes as the text that they may be. */
export async function databasePieces({ pool }: Database): Promise<Piece[]> {
  const { rows: columns } = await pool.query<{ table: string; column: string; type: string }>(
    `SELECT table_name AS table, column_name AS column, data_type AS type
     FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`,
  );
  const pieces: Piece[] = [];
  for (const { table, column, type } of columns) {
    const where = `${table}.${column}`;
    if (MEANT.includes(where)) continue;
    const text = type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`;
    const { rows } = await pool.query<{ text: string }>(
      `SELECT DISTINCT ${text} AS text FROM "${table}" WHERE "${column}" IS NOT NULL`,
    );
    pieces.push(...rows.map((row) => ({ where, text: row.text })));
  }
  return pieces;
}

/** All that Temporal has kept of a namespace's workflows: histories, descriptions, pending activities, details. */
export async function temporalPieces(client: Client): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const history = await handle.fetchHistory();
    for (const event of history.events ?? []) {
      pieces.push({ where: `history of ${workflowId}`, text: textOf(event) });
    }
    const description = await handle.describe();
    pieces.push({ where: `description of ${workflowId}`, text: textOf(description) });
    if (description.status.name !== 'RUNNING') continue;
    const details: unknown = await handle.query('__temporal_workflow_metadata').catch(() => null);
    pieces.push({ where: `details of ${workflowId}`, text: textOf(details) });
  }
  return pieces;
}

/** Every text in a value, however deep, and every run of bytes read as text: payloads are bytes of JSON. */
function textOf(value: unknown): string {
  const seen = new Set<object>();
  const parts: string[] = [];
  const walk = (part: unknown): void => {
    if (typeof part === 'string') parts.push(part);
    if (typeof part !== 'object' || part === null || seen.has(part)) return;
    seen.add(part);
    if (part instanceof Uint8Array) {
      parts.push(Buffer.from(part).toString());
      return;
    }
    if (part instanceof Map) walk([...part.entries()]);
    // Errors keep their message and stack where `Object.entries` does not look.
    if (part instanceof Error) walk([part.message, part.stack, part.cause]);
    for (const [key, child] of Object.entries(part)) {
      parts.push(key);
      walk(child);
    }
  };
  walk(value);
  return parts.join('\n');
}
